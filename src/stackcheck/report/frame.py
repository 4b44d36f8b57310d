"""A code frame: the lines around a span, with a gutter, and the span underlined."""

from __future__ import annotations

from typing import NamedTuple

from stackcheck.finding import Span
from stackcheck.report.colour import BRIGHT_BLUE, PLAIN, Segment
from stackcheck.report.place import Lines
from stackcheck.report.width import Window, replaced, width

CONTEXT = 2
TERMINAL = 140
TRIVIAL = {"", "{", "}", "(", ")", "[", "]"}

Row = list[Segment]


class _Mark(NamedTuple):
    """A span in display columns from 0; `first` and `last` are rows."""

    first: int
    start: int
    last: int
    end: int


class Frame(NamedTuple):
    """The rows of a frame, and how wide its line numbers are (0: nothing to show)."""

    rows: list[Row]
    digits: int


def draw_frame(lines: Lines | None, span: Span, style: str) -> Frame:
    """The frame of a span, as ruff draws it. None for a file-level span or an unknown text."""
    if lines is None or span == (1, 1, 1, 1) or span.line > len(lines):
        return Frame([], 0)
    first, last = _window(lines, span)
    shown = [lines.line(row) for row in range(first, last + 1)]
    if len(shown) > 1 and last == len(lines) and not lines.raw[-1]:
        shown.pop()  # A span at the very end of the file is drawn behind the last line.
    mark = _mark(shown, first, span)
    digits = len(str(first + len(shown) - 1))
    depth = 2 if mark.first != mark.last else 0
    window = _fit(shown, first, mark, TERMINAL - digits - 3 - depth)

    rows: list[Row] = [_gutter(digits)]
    for row, content in enumerate(shown, first):
        rail = _rail(mark, row, shown[mark.first - first]) if depth else ""
        code, left = window.clip(replaced(content))
        under = _underline(mark, row, shown[mark.first - first], left, style)
        if under and not depth:
            ends = mark.start - left, mark.end - left
            code, under = window.squeeze(code, *ends), window.squeeze(under, *ends)
        rows.append([*_gutter(digits, str(row)), *_behind(rail, code, depth, style)])
        if under:
            rows.append([*_gutter(digits), (PLAIN, " "), *under])
    if mark.last < first + len(shown) - 1:
        rows.append(_gutter(digits))
    return Frame(rows, digits)


def _window(lines: Lines, span: Span) -> tuple[int, int]:
    """The rows to show: two before and after, less the blank ones at either end."""
    bottom = min(span.end_line, len(lines))
    if span.end_column == 1 and bottom > span.line:
        bottom -= 1
    first = max(1, span.line - CONTEXT)
    while first < span.line and not lines.line(first).strip():
        first += 1
    last = min(bottom + CONTEXT, len(lines))
    while last > bottom and not lines.line(last).strip():
        last -= 1
    return first, last


def _mark(shown: list[str], first: int, span: Span) -> _Mark:
    final = first + len(shown) - 1
    if span.line > final:
        start = width(shown[-1])
        return _Mark(final, start, final, start + 1)
    line = shown[span.line - first]
    start = width(line[: span.column - 1])
    if span[:2] == span[2:]:
        # At the start of a line the caret takes the width of what it points at, but not on the first.
        wide = span.column == 1 and span.line > first and line
        return _Mark(span.line, start, span.line, start + (width(line[:1]) if wide else 1))
    last, end = span.end_line, 0
    if (span.end_column == 1 and last > span.line) or last > final:
        last = min(last - 1, final)
        end = width(shown[last - first]) + (last == final and last > span.line)
    else:
        end = width(shown[last - first][: span.end_column - 1])
    return _Mark(span.line, start, last, max(end, start + 1) if last == span.line else end)


def _fit(shown: list[str], first: int, mark: _Mark, room: int) -> Window:
    """The columns to show where a line is too long for a terminal."""
    if mark.first == mark.last:
        edges = [mark.start, mark.end]
    else:
        edges = [mark.start, mark.start + 1, max(mark.end - 1, 0), mark.end]
        middle = min(mark.first + 4, mark.last)
        between = [*range(mark.first + 1, middle), *([mark.last - 1] if middle < mark.last - 1 else [])]
        if any(shown[row - first].strip() not in TRIVIAL for row in between):
            edges.append(0)
    return Window.fitting(shown, min(edges), max(edges), room)


def _starts_line(mark: _Mark, line: str) -> bool:
    """Whether only white space precedes the span: then `/` opens it and no row is spent."""
    return not replaced(line)[: mark.start].strip()


def _rail(mark: _Mark, row: int, opening: str) -> str:
    if row == mark.first and _starts_line(mark, opening):
        return "/"
    return "|" if mark.first < row <= mark.last else ""


def _underline(mark: _Mark, row: int, opening: str, left: int, style: str) -> Row:
    if row not in (mark.first, mark.last) or (row != mark.last and _starts_line(mark, opening)):
        return []
    if mark.first == mark.last:
        return [(PLAIN, " " * max(mark.start - left, 0)), (style, "^" * (mark.end - mark.start))]
    corner, to = ("|", max(mark.end - 1, 0)) if row == mark.last else (" ", mark.start)
    return [(style, corner + "_" * (1 + to - left) + "^")]


def _behind(rail: str, code: Row, depth: int, style: str) -> Row:
    if not rail and not any(text for _, text in code):
        return []
    row: Row = [(PLAIN, " ")]
    if rail:
        row.append((style, rail))
    if any(text for _, text in code):
        row.append((PLAIN, " " * (depth - len(rail))))
        row.extend(code)
    return row


def _gutter(digits: int, number: str = "") -> Row:
    if not number:
        return [(PLAIN, " " * (digits + 1)), (BRIGHT_BLUE, "|")]
    return [(BRIGHT_BLUE, number.rjust(digits)), (PLAIN, " "), (BRIGHT_BLUE, "|")]
