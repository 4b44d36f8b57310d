"""Statements of Python that are nothing but a call of `execute` or `scalar`, with what is done to its result."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Outline, Span, nodes_of, nodes_of_type, span_reader
from stackcheck_rules.analyses._words import words

# What leaves nothing to be fetched later.
CONSUMING = words("""
    all fetchall fetchone first inserted_primary_key lastrowid one one_or_none rowcount scalar scalar_one
    scalar_one_or_none
""")


class ExecutedStatement(NamedTuple):
    """`x = engine.execute(…).fetchall()`: `call` is that of `execute`, `whole` the statement. `consumed` is whether
    all that the result gives is taken there, `ignored` whether nothing is. On `inside` begin lines of strings.
    """

    call: Span
    whole: Span
    consumed: bool
    ignored: bool
    inside: tuple[int, ...]


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ExecutedStatement]:
    if ".execute(" not in text and ".scalar(" not in text:
        return
    span = span_reader(text)
    statements: list[ast.Expr | ast.Assign | ast.AnnAssign | ast.Return] = [
        *nodes_of_type(tree, ast.Expr), *nodes_of_type(tree, ast.Assign),
        *nodes_of_type(tree, ast.AnnAssign), *nodes_of_type(tree, ast.Return),
    ]  # fmt: skip
    for statement in statements:
        names: set[str] = set()
        call = executing(statement.value, names)
        if call is not None:
            ignored = isinstance(statement, ast.Expr)
            yield ExecutedStatement(span(call), span(statement), bool(CONSUMING & names), ignored, inside(statement))


def executing(node: ast.expr | None, names: set[str]) -> ast.Call | None:
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
