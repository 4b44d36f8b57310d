"""Calls of `join` and `outerjoin` with arguments that SQLAlchemy 2 has dropped."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Outline, expr_of, span_reader, uses
from stackcheck_rules.analyses._call_facts import Argument, Call, call_of
from stackcheck_rules.analyses._scoped_nodes import lines_of, starts_of

JOINS = {"join", "outerjoin"}
ABOUT = ("query", "Query", "select", "outerjoin")
GONE = {"aliased", "from_joinpoint"}


class OldJoin(NamedTuple):
    """`tuples` are the items of the positional arguments that are tuples, by their positions."""

    call: Call
    tuples: tuple[tuple[int, tuple[Argument, ...]], ...]


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[OldJoin]:
    if not any(word in text for word in ABOUT):
        return
    lines = lines_of(text, sorted(starts_of(text, JOINS)))
    span = span_reader(text)
    for use in uses(tree, outline, receiver_of, kinds=(ast.Call,), lines=lines, walrus=":=" in text):
        node = use.node
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Attribute)
        tuples = tuple(
            (at, tuple(Argument("", expr_of(item), span(item), span(item)) for item in given.elts))
            for at, given in enumerate(node.args)
            if isinstance(given, ast.Tuple)
        )
        yield OldJoin(call_of(node, node.func.attr, use.scope, use.value, span), tuples)


def receiver_of(node: ast.AST) -> ast.expr | None:
    """What `join` is called on, in a spelling that may be old: not that of a string or of `os.path`."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Constant() | ast.JoinedStr())):
            return None
        case ast.Call(func=ast.Attribute(value=ast.Name(id="path") | ast.Attribute(attr="path"))):
            return None
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=args, keywords=words) if name in JOINS:
            return owner if any(word.arg in GONE for word in words) or may_be_old(args) else None
    return None


def may_be_old(args: list[ast.expr]) -> bool:
    match args:
        case [ast.Name() | ast.Attribute() | ast.Call(), ast.Name() | ast.Attribute()]:
            return True
        case [_, _, _, *_]:
            return True
    return any(isinstance(given, ast.Tuple) or is_text(given) for given in args)


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


old_joins = Analysis("old-joins", collect, gate=JOINS)
