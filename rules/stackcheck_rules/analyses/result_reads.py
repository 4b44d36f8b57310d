"""Where the rows of a result are read, in functions that load collections by a join."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, expr_of, nodes_of_type, span_reader, uses
from stackcheck_rules.analyses._scoped_nodes import lines_of
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.row_uses import PRIMARY, name_at

EAGER = ("joinedload", "contains_eager")
# Methods that need each entity once; `first()` and `scalar()` read one row and leave the others.
METHODS = words("all fetchall fetchmany fetchone one one_or_none partitions scalar_one scalar_one_or_none")
MAKERS = words("frozenset list set sorted tuple")
MENTIONED = re.compile(rf"\.\s*(?:{'|'.join(sorted(METHODS))})\s*\(|\b(?:{'|'.join(sorted(MAKERS))})\(|\bin\s+[\w(]")


class ResultRead(NamedTuple):
    """`result` is followed back to what was assigned last; `written` is how it stands there, at `owner`.

    `method` is empty for a loop and for `list(result)`. `primary` is whether `.name` may follow as it stands.
    """

    method: str
    scope: str
    result: Expr
    written: Expr
    at: Span
    owner: Span
    primary: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ResultRead]:
    if not any(name in text for name in EAGER):
        return
    loops: set[ast.AST] = {node.iter for node in nodes_of_type(tree, ast.For)}
    loops |= {node.iter for node in nodes_of_type(tree, ast.comprehension)}
    lines = lines_of(text, (match.end() - 1 for match in MENTIONED.finditer(text)))
    span = span_reader(text)
    for use in uses(tree, outline, lambda node: read_by(node, loops)[1], lines=lines, walrus=":=" in text):
        method, result = read_by(use.node, loops)
        assert result is not None
        at = name_at(method, span(use.node.func)) if method and isinstance(use.node, ast.Call) else span(result)
        yield ResultRead(method, use.scope, use.value, expr_of(result), at, span(result), isinstance(result, PRIMARY))


def read_by(node: ast.AST, loops: set[ast.AST]) -> tuple[str, ast.expr | None]:
    """The method that reads, and what it reads; no method where that is only looped over."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name, value=result)) if name in METHODS:
            return name, result
        case ast.Call(func=ast.Name(id=name), args=[ast.expr() as result]) if name in MAKERS:
            return "", result
        case ast.expr() if node in loops:
            return "", node
    return "", None


result_reads = Analysis("result-reads", collect)
