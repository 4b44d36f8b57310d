"""Where in a class a new attribute would stand: below its last relationship, its last column, its docstring."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Outline, Span, definitions
from stackcheck_rules.analyses._source_text import SourceText, is_text, source_text
from stackcheck_rules.analyses.orm_classes import ABOUT


class ClassSlot(NamedTuple):
    """A new line goes to `at`, with `before` and `after` around it."""

    qualname: str
    at: Span
    before: str
    after: str


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ClassSlot]:
    if any(word in text for word in ABOUT):
        source = source_text(text)
        for qualname, node in zip(outline.numbered()[1:], definitions(tree), strict=True):
            if isinstance(node, ast.ClassDef):
                yield from slot_in(qualname, node, source)


def slot_in(qualname: str, node: ast.ClassDef, source: SourceText) -> Iterator[ClassSlot]:
    last = max(node.body, key=lambda part: (rank(part), part.lineno))
    if not rank(last):
        last = node.body[0]
        if not isinstance(last, ast.Assign | ast.AnnAssign | ast.Pass) and not is_text(last):
            return
    start, end = source.span(last)[:2], source.span(last).end_line
    indent = source.line(start[0])[: start[1] - 1]
    if indent.strip() or any(part.lineno == end for part in node.body if part is not last):
        return
    if end < len(source.starts):
        yield ClassSlot(qualname, Span(end + 1, 1, end + 1, 1), indent, source.newline)
    else:
        column = len(source.line(end)) + 1
        yield ClassSlot(qualname, Span(end, column, end, column), f"{source.newline}{indent}", "")


def rank(part: ast.stmt) -> int:
    match part:
        case ast.Assign(value=ast.Call(func=function)) | ast.AnnAssign(value=ast.Call(func=function)):
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            return 2 if name.endswith("relationship") else 1
        case ast.AnnAssign(value=None):
            return 1
    return 0


class_slots = Analysis("class-slots", collect)
