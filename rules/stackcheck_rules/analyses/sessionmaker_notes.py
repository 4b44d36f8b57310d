"""Annotations that name `sessionmaker`: `factory: sessionmaker[AsyncSession]`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, expr_of, nodes_of_type, span_reader
from stackcheck_rules.analyses._scope_at import scope_at


class SessionmakerNote(NamedTuple):
    """`name` as it is written at `at`; `of` is what stands in the brackets, `value` the place of the call that
    the annotated name is bound to, of which it is the whole annotation.
    """

    name: Expr
    scope: str
    at: Span
    of: Expr | None = None
    value: Span | None = None


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[SessionmakerNote]:
    if "sessionmaker" not in text:
        return
    span = span_reader(text)
    for node in nodes_of_type(tree, ast.Subscript):
        if is_name(node.value):
            at = span(node.value)
            yield SessionmakerNote(expr_of(node.value), scope_at(at, outline), at, of=expr_of(node.slice))
    for noted in nodes_of_type(tree, ast.AnnAssign):
        if is_name(noted.annotation) and noted.value is not None:
            at = span(noted.annotation)
            yield SessionmakerNote(expr_of(noted.annotation), scope_at(at, outline), at, value=span(noted.value))


def is_name(node: ast.expr) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute))


sessionmaker_notes = Analysis("sessionmaker-notes", collect)
