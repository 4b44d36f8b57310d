"""Calls of the loader option `noload`, as a function or on another option."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from stackcheck import Analysis, Expr, Outline, span_reader, uses
from stackcheck_rules.analyses._call_facts import Call, call_of
from stackcheck_rules.analyses._scoped_nodes import lines_of

MENTIONED = re.compile(r"\bnoload\s*\(")
NO_RECEIVER: Expr = ("other",)


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Call]:
    """`receiver` is the option that it is chained to, followed back."""
    lines = lines_of(text, (match.start() for match in MENTIONED.finditer(text)))
    if not lines:
        return
    span = span_reader(text)
    for use in uses(tree, outline, called, kinds=(ast.Call,), lines=lines, walrus=":=" in text):
        node = use.node
        assert isinstance(node, ast.Call)
        receiver = use.value if isinstance(node.func, ast.Attribute) else NO_RECEIVER
        yield call_of(node, "noload", use.scope, receiver, span)


def called(node: ast.AST) -> ast.expr | None:
    """What `noload` is called on, or as."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="noload")):
            return owner
        case ast.Call(func=ast.Name(id="noload") as name):
            return name
    return None


noload_calls = Analysis("noload-calls", collect, gate=frozenset({"noload"}))
