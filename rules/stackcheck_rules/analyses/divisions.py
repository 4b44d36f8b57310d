"""Divisions, with both sides followed back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, expr_of, span_reader, uses
from stackcheck_rules.analyses._scoped_nodes import lines_of

SLASH = re.compile(r"(?<![/\"'])/(?![/=\"'])")


class Division(NamedTuple):
    """`left / right`; `number` is whether the right side is a whole number that is written out."""

    scope: str
    left: Expr
    right: Expr
    number: bool
    at: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Division]:
    lines = lines_of(text, (match.start() for match in SLASH.finditer(text)))
    if not lines:
        return
    span = span_reader(text)

    def wanted(node: ast.AST) -> ast.expr | None:
        return node.left if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) else None

    for use in uses(tree, outline, wanted, kinds=(ast.BinOp,), lines=lines, walrus=":=" in text):
        node = use.node
        assert isinstance(node, ast.BinOp)
        number = isinstance(node.right, ast.Constant) and type(node.right.value) is int
        yield Division(use.scope, use.value, expr_of(node.right), number, span(node))


divisions = Analysis("divisions", collect)
