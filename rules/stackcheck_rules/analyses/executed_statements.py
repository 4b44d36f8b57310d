"""Statements of Python in which `execute` or `scalar` is called once, with what is done to its result."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stackcheck import Analysis, Outline, Span, nodes_of, nodes_of_type, span_reader
from stackcheck_rules.analyses._scoped_nodes import lines_of
from stackcheck_rules.analyses._words import words

CALLED = re.compile(r"\.(?:execute|scalar)\(")
# What leaves nothing to be fetched later.
CONSUMING = words("""
    all fetchall fetchone first inserted_primary_key lastrowid one one_or_none rowcount scalar scalar_one
    scalar_one_or_none
""")
COLLECTING = {"dict", "list", "set", "sorted", "tuple"}
Statement = ast.Expr | ast.Assign | ast.AnnAssign | ast.Return


class ExecutedStatement(NamedTuple):
    """`x = engine.execute(…).fetchall()`: `call` is that of `execute`, `whole` the statement. `consumed` is whether
    all that the result gives is taken there, `ignored` whether nothing is. On `inside` begin lines of strings; `bound`
    are names that its comprehensions bind.
    """

    call: Span
    whole: Span
    consumed: bool
    ignored: bool
    inside: tuple[int, ...]
    bound: tuple[str, ...] = ()


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ExecutedStatement]:
    if ".execute(" not in text and ".scalar(" not in text:
        return
    span = span_reader(text)
    lines = lines_of(text, (match.start() for match in CALLED.finditer(text)))
    statements: list[Statement] = [
        *nodes_of_type(tree, ast.Expr), *nodes_of_type(tree, ast.Assign),
        *nodes_of_type(tree, ast.AnnAssign), *nodes_of_type(tree, ast.Return),
    ]  # fmt: skip
    for statement in statements:
        if statement.value and any(statement.lineno <= line <= (statement.end_lineno or 0) for line in lines):
            yield from executed_in(statement, statement.value, span)


def executed_in(statement: Statement, value: ast.expr, span: Callable[[ast.AST], Span]) -> Iterator[ExecutedStatement]:
    """The one call of a statement that executes something on what is there before it."""
    nodes = list(nodes_of(value))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    calls = [node for node in nodes if executing(node, set()) is node]
    for call, consumed in taken(value, all_of_it=False) if len(calls) == 1 else ():
        assert isinstance(call.func, ast.Attribute)
        if not bound & {node.id for node in nodes_of(call.func) if isinstance(node, ast.Name)}:
            ignored = isinstance(statement, ast.Expr) and executing(value, set()) is call
            yield ExecutedStatement(
                span(call), span(statement), consumed, ignored, inside(statement), tuple(sorted(bound))
            )


def taken(node: ast.AST, *, all_of_it: bool) -> Iterator[tuple[ast.Call, bool]]:
    """The calls of an expression that run with it, each with whether all that it gives is taken there."""
    names: set[str] = set()
    call = executing(node, names)
    if call is not None:
        yield call, all_of_it or bool(CONSUMING & names)
        return
    rows: list[ast.expr] = []
    match node:
        case ast.Lambda() | ast.GeneratorExp():
            return  # runs later
        case ast.comprehension(iter=only) | ast.Starred(value=only):
            rows = [only]
        case ast.Call(func=ast.Name(id=name), args=[only], keywords=[]) if name in COLLECTING:
            rows = [only]
    for child in ast.iter_child_nodes(node):
        yield from taken(child, all_of_it=child in rows)


def executing(node: ast.AST | None, names: set[str]) -> ast.Call | None:
    """The call of `execute` or `scalar` at the head of a chain; `names` gets those of its attributes."""
    while True:
        match node:
            case ast.Call(func=ast.Attribute(attr="execute")):
                return node
            case ast.Call(func=ast.Attribute(attr="scalar"), args=[_, *_]):
                names.add("scalar")
                return node
            case ast.Call(func=ast.Attribute(value=below, attr=name)) | ast.Attribute(value=below, attr=name):
                names.add(name)
                node = below
            case ast.Subscript(value=below):
                node = below
            case _:
                return None


def inside(statement: ast.stmt) -> tuple[int, ...]:
    """The lines of a statement at whose beginning a string is open."""
    if statement.end_lineno == statement.lineno:
        return ()
    strings = (node for node in nodes_of(statement) if isinstance(node, (ast.Constant, ast.JoinedStr)))
    return tuple({line for node in strings for line in range(node.lineno + 1, (node.end_lineno or 0) + 1)})


executed_statements = Analysis("executed-statements", collect, gate=frozenset({"execute", "scalar"}))
