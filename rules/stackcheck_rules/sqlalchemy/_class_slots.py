"""Where in a class a new attribute would stand: below its last relationship, its last column, its docstring."""

from __future__ import annotations

import ast
from typing import NamedTuple

from stackcheck import Context, Span, definitions, parse_tree
from stackcheck_rules.analyses._source_text import is_text, source_text


class ClassSlot(NamedTuple):
    """A new line goes to `at`, with `before` and `after` around it."""

    at: Span
    before: str
    after: str


def slot_in(qualname: str, ctx: Context) -> ClassSlot | None:
    """The slot of a class of the file at hand; None where its body leaves none."""
    classes = zip(ctx.outline.numbered()[1:], definitions(parse_tree(ctx.text)), strict=True)
    node = next((node for name, node in classes if name == qualname), None)
    if not isinstance(node, ast.ClassDef):
        return None
    source = source_text(ctx.text)
    last = max(node.body, key=lambda part: (rank(part), part.lineno))
    if not rank(last):
        last = node.body[0]
        if not isinstance(last, ast.Assign | ast.AnnAssign | ast.Pass) and not is_text(last):
            return None
    start, end = source.span(last)[:2], source.span(last).end_line
    indent = source.line(start[0])[: start[1] - 1]
    if indent.strip() or any(part.lineno == end for part in node.body if part is not last):
        return None
    if end < len(source.starts):
        return ClassSlot(Span(end + 1, 1, end + 1, 1), indent, source.newline)
    column = len(source.line(end)) + 1
    return ClassSlot(Span(end, column, end, column), f"{source.newline}{indent}", "")


def rank(part: ast.stmt) -> int:
    match part:
        case ast.Assign(value=ast.Call(func=function)) | ast.AnnAssign(value=ast.Call(func=function)):
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            return 2 if name.endswith("relationship") else 1
        case ast.AnnAssign(value=None):
            return 1
    return 0
