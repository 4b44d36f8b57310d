"""Lines of source text, and `ast` positions (bytes of UTF-8) as spans (code points)."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Callable

from stackcheck.finding import Span

# Not `str.splitlines`: it also splits at form feeds and at Unicode separators, which end no line of Python.
LINE_END = re.compile(r"\r\n?|\n")
NEWLINE = re.compile(r"\n")


def line_starts(text: str) -> list[int]:
    """The offset of each line's first character; one entry more than there are line ends."""
    # Nearly every text has one kind of line end, and one character is found fastest.
    return [0, *[match.end() for match in (LINE_END if "\r" in text else NEWLINE).finditer(text)]]


def split_lines(text: str) -> list[str]:
    """The lines of a text without their ends; one more than there are line ends."""
    return LINE_END.split(text) if "\r" in text else text.split("\n")


def offset_at(starts: list[int], line: int, column: int) -> int:
    """The offset of a line and column, both from 1."""
    return starts[line - 1] + column - 1


def span_offsets(starts: list[int], span: Span) -> tuple[int, int]:
    """The offsets at which a span starts and ends."""
    return offset_at(starts, span.line, span.column), offset_at(starts, span.end_line, span.end_column)


def position_at(starts: list[int], offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset."""
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def span_between(starts: list[int], start: int, end: int) -> Span:
    """The span from one offset to another."""
    return Span(*position_at(starts, start), *position_at(starts, end))


def span_reader(text: str) -> Callable[[ast.AST], Span]:
    """A function from an `ast` node of this text to its span."""
    if text.isascii():
        return _ascii_span
    lines: list[str] = []  # most readers are asked for nothing

    def column(line: int, column: int) -> int:
        if not lines:
            lines.extend(split_lines(text))
        if line > len(lines) or lines[line - 1].isascii():
            return column + 1
        return len(lines[line - 1].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace")) + 1

    def span(node: ast.AST) -> Span:
        first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
        start = column(first, getattr(node, "col_offset", 0))
        return Span(first, start, last, column(last, getattr(node, "end_col_offset", 0)))

    return span


def _ascii_span(node: ast.AST) -> Span:
    return Span(node.lineno, node.col_offset + 1, node.end_lineno, node.end_col_offset + 1)  # type: ignore[attr-defined] # every statement, expression, argument and handler has them
