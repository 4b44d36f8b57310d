"""Comparisons of something with a dictionary that is written out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, span_reader, uses
from stackcheck_rules.analyses._scoped_nodes import lines_of

# `x == {`, or `} == x` with the dictionary before it; a pattern that begins with plain text is found faster.
WRITTEN_OUT = tuple(map(re.compile, (r"==\s*(?:\(\s*)?\{", r"!=\s*(?:\(\s*)?\{", r"\}\s*[!=]=")))
COMPARED = re.compile(r"[!=]=")


class Comparison(NamedTuple):
    """`model == {...}`; `simple` if the operand is a name, an attribute or a call."""

    scope: str
    model: Expr
    whole: Span
    operand: Span
    simple: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Comparison]:
    if not any(pattern.search(text) for pattern in WRITTEN_OUT):
        return
    lines = lines_of(text, (match.start() for match in COMPARED.finditer(text)))
    span = span_reader(text)
    for use in uses(tree, outline, operand_of, kinds=(ast.Compare,), lines=lines, walrus=":=" in text):
        operand = operand_of(use.node)
        assert operand is not None
        simple = isinstance(operand, (ast.Name, ast.Attribute, ast.Call))
        yield Comparison(use.scope, use.value, span(use.node), span(operand), simple)


def operand_of(node: ast.AST) -> ast.expr | None:
    """What is compared with a dictionary."""
    match node:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Dict()]):
            return left
        case ast.Compare(left=ast.Dict(), ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            return right
    return None


dict_comparisons = Analysis("dict-comparisons", collect)
