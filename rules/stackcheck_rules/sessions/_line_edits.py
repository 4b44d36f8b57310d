"""Text of a file by lines, for edits of whole statements."""

from __future__ import annotations

import re

from stackcheck import Context, Span

LINE_END = re.compile(r"\r\n|\r|\n")


def newline_of(ctx: Context) -> str:
    return "\r\n" if "\r\n" in ctx.text else "\n"


def line_of(number: int, ctx: Context) -> str:
    """A line by its number from 1, without its end."""
    return LINE_END.split(ctx.text)[number - 1]


def line_indent(number: int, ctx: Context) -> str:
    line = line_of(number, ctx)
    return line[: len(line) - len(line.lstrip())]


def line_end(number: int, ctx: Context) -> Span:
    """The place behind all that stands on a line."""
    column = len(line_of(number, ctx)) + 1
    return Span(number, column, number, column)


def code(span: Span, ctx: Context) -> str:
    """The text of a span."""
    edit = ctx.edits([(span, "")])[0]
    return ctx.text[edit.start : edit.end]


def begins_line(span: Span, ctx: Context) -> bool:
    """Whether nothing but indentation stands before a span on its line."""
    return not code(Span(span.line, 1, span.line, span.column), ctx).strip()


def indented(first: int, last: int, unit: str, ctx: Context) -> list[tuple[Span, str]]:
    """Edits that indent some lines by one step; blank ones stay."""
    return [(Span(line, 1, line, 1), unit) for line in range(first, last + 1) if line_of(line, ctx).strip()]


def indent_unit(outer: int, inner: int, ctx: Context) -> str:
    """What the line `inner` is indented by beyond the line `outer`, in which its block begins."""
    return line_indent(inner, ctx)[len(line_indent(outer, ctx)) :] or "    "


def has_long_string(text: str) -> bool:
    """Whether a string may go over several lines, which indenting would change."""
    return '"""' in text or "'''" in text or "\\\n" in text
