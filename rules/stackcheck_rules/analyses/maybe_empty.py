"""`and_(*conditions)` of a list that begins empty and gets something only under a condition.

What a loop adds for each item counts as added: there is something to loop over, or somebody has asked before.
Where another test is about the same names, somebody has asked too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, children_of, definitions, expr_of, nodes_of, span_reader

UNPACKED = re.compile(r"\(\s*\*\s*\w+\s*,?\s*\)")
ADDING = {"append", "extend", "insert"}
DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
TESTS = (ast.If, ast.IfExp, ast.While, ast.Assert)
LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class Unpacked(NamedTuple):
    """`function(*name)`; `at` is the argument, `called` the function."""

    scope: str
    function: Expr
    called: Span
    at: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Unpacked]:
    if not UNPACKED.search(text):
        return
    span = span_reader(text)
    for qualname, body in zip(outline.numbered(), [tree, *definitions(tree)], strict=True):
        for call, given in unpacking(body):
            name = given.id
            bound = outline.scopes[qualname].bindings.get(name, ())
            begins_empty = len(bound) == 1 and bound[0].expr in {("list", ()), ("call", ("name", "list"), (), ())}
            if begins_empty and only_adds(name, body) and is_open(name, call, body):
                yield Unpacked(qualname, expr_of(call.func), span(call.func), span(call.args[0]))


def unpacking(body: ast.AST) -> Iterator[tuple[ast.Call, ast.Name]]:
    """The calls of a scope with one argument, a name that is unpacked, and that name."""
    for node in own_nodes(body):
        match node:
            case ast.Call(args=[ast.Starred(value=ast.Name() as given)], keywords=[]):
                yield node, given


def own_nodes(body: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of the definitions in it."""
    stack = children_of(body)
    while stack:
        node = stack.pop()
        if not isinstance(node, DEFINITIONS):
            yield node
            stack += children_of(node)


def only_adds(name: str, body: ast.AST) -> bool:
    """Whether a scope does nothing with a list but add to it and unpack it: nobody asks whether it is empty."""
    known = {id(given) for _, given in unpacking(body)}
    for node in nodes_of(body):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner) as value, attr=method)) if owner == name:
                known |= {id(value)} if method in ADDING else set()
    uses = (node for node in nodes_of(body) if isinstance(node, ast.Name) and node.id == name)
    return all(id(node) in known for node in uses if isinstance(node.ctx, ast.Load))


def is_open(
    name: str, call: ast.Call, body: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
) -> bool:
    """Whether nothing that is asked says that something was added."""
    adding = [node for node in own_nodes(body) if isinstance(node, ast.If) and adds_below(name, node)]
    asked = names_in(node.test for node in adding)
    others = (node.test for node in own_nodes(body) if isinstance(node, TESTS) and node not in adding)
    inside = any(call in nodes_of(node) for node in own_nodes(body) if isinstance(node, ast.If))
    return not inside and not asked & names_in(others) and not surely_adds(name, body.body)


def adds_below(name: str, node: ast.If) -> bool:
    return any(isinstance(below, ast.stmt) and adds(name, below) for below in nodes_of(node))


def names_in(tests: Iterable[ast.expr]) -> set[str]:
    return {node.id for test in tests for node in nodes_of(test) if isinstance(node, ast.Name)}


def surely_adds(name: str, block: Sequence[ast.stmt]) -> bool:
    """Whether a block adds to a list whatever happens."""
    return any(adds(name, statement) for statement in block)


def adds(name: str, statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=method))):
            return owner == name and method in ADDING
        case ast.AugAssign(target=ast.Name(id=owner)):
            return owner == name
        case ast.If(body=body, orelse=orelse):
            return all(surely_adds(name, part) or leaves(part) for part in (body, orelse))
        case ast.With(body=body) | ast.AsyncWith(body=body) | ast.Try(body=body):
            return surely_adds(name, body)
        case ast.For(body=body) | ast.AsyncFor(body=body) | ast.While(body=body):
            return surely_adds(name, body)
    return False


def leaves(block: Sequence[ast.stmt]) -> bool:
    return bool(block) and isinstance(block[-1], LEAVING)


maybe_empty = Analysis("maybe-empty", collect)
