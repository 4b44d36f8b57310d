"""A TOML document with the place of every statement.

tomli judges the text and gives the values; the scanner here lists the statements of what tomli has
accepted, so it needs to know where things end, not whether they are right.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from stackcheck.finding import Span, TextEdit

# Up to two quotes may stand right before the three that close a multi-line string.
STRING = r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:\\.|[^"\\])*"|' + r"'[^']*'"
KEY_PART = re.compile(rf"(?:{STRING}|[^\s.=\]\"']+)", re.DOTALL)
VALUE_TOKEN = re.compile(rf"{STRING}|#[^\n]*|[\[\]{{}},\n]", re.DOTALL)
BLANKS = re.compile(r"[ \t]*")
SPACE = re.compile(r"(?:\s|#[^\n]*)*")
REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\r?\n)?")


class TomlError(ValueError):
    """The text is not TOML; line and column count from 1."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message


class TomlStatement(NamedTuple):
    """A table's header or a `key = value`; offsets are code points, ends are exclusive."""

    kind: Literal["table", "array-table", "value"]
    path: tuple[str, ...]  # from the root of the document
    key: tuple[str, ...]  # as written here, its dots taken apart
    table: tuple[str, ...]  # the table it stands in; of a header, the path without its last part
    start: int
    end: int
    parts: tuple[int, ...]  # where each part of the key starts
    key_end: int
    value_start: int  # of a header, its end
    line_start: int  # of its first line, or of the comment lines right above it
    line_end: int  # behind its last line's comment and newline
    span: Span  # of a value's key, of a whole header


class TomlItem(NamedTuple):
    """An item of an array, or a `key = value` of an inline table."""

    start: int
    end: int


@dataclass(frozen=True)
class TomlDocument:
    """A text that tomli has accepted, its values, and its statements in their order."""

    text: str
    values: Mapping[str, Any]
    statements: tuple[TomlStatement, ...]

    @cached_property
    def line_starts(self) -> list[int]:
        return _line_starts(self.text)

    def span(self, start: int, end: int) -> Span:
        """Where the text between two offsets is shown."""
        return _span(self.line_starts, start, end)

    def value(self, *path: str) -> Any:
        """What stands at a path of tables, `None` if nothing does."""
        value: Any = self.values
        for part in path:
            if not isinstance(value, dict) or part not in value:
                return None
            value = value[part]
        return value

    def below(self, *path: str) -> Iterator[TomlStatement]:
        """The statements that set this path or something in it."""
        return (statement for statement in self.statements if statement.path[: len(path)] == path)

    def find(self, *path: str) -> TomlStatement | None:
        """The first statement that sets this path or something in it, else the value that contains it."""
        around = (s for s in self.statements if s.kind == "value" and s.path == path[: len(s.path)])
        return next(self.below(*path), None) or next(around, None)

    def edited(self, edits: Iterable[TextEdit]) -> TomlDocument | None:
        """The document that edits make of this one, `None` where they would break it."""
        text = self.text
        for edit in sorted(edits, reverse=True):
            text = text[: edit.start] + edit.new + text[edit.end :]
        try:
            return parse_toml(text)
        except TomlError:
            return None

    def items(self, statement: TomlStatement) -> list[TomlItem]:
        """The items of the array, or the pairs of the inline table, that a statement sets."""
        return _items(self.text, statement.value_start, statement.end)


def parse_toml(text: str) -> TomlDocument:
    """Read a document; `TomlError` says where tomli gave up."""
    import tomli

    readable = text.replace("\ufeff", " ", 1) if text.startswith("\ufeff") else text
    try:
        values = tomli.loads(readable)
    except tomli.TOMLDecodeError as error:
        raise TomlError(error.lineno, error.colno, error.msg) from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 400 brackets
        raise TomlError(1, 1, str(error)) from error
    return TomlDocument(text, values, tuple(_statements(readable)))


def _statements(text: str) -> Iterator[TomlStatement]:
    lines = _line_starts(text)
    table: tuple[str, ...] = ()
    comments: int | None = None
    position = 0
    while position < len(text):
        start = _after(BLANKS, text, position)
        if text[start : start + 1] in ("", "#", "\r", "\n"):
            if text[start : start + 1] != "#":
                comments = None
            elif comments is None:
                comments = position
            position = _after(REST_OF_LINE, text, start)
            continue
        kind: Literal["table", "array-table", "value"] = "value"
        if text[start] == "[":
            kind = "array-table" if text[start + 1] == "[" else "table"
        brackets = {"value": 0, "table": 1, "array-table": 2}[kind]
        key, parts, key_end = _key(text, start + brackets)
        if kind == "value":
            value_start = _after(BLANKS, text, text.index("=", key_end) + 1)
            end = _value_end(text, value_start)
            path, parent, span = (*table, *key), table, _span(lines, start, key_end)
        else:
            value_start = end = text.index("]", key_end) + brackets
            path, parent, span = key, key[:-1], _span(lines, start, end)
            table = key
        line_start = position if comments is None else comments
        comments, position = None, _after(REST_OF_LINE, text, end)
        yield TomlStatement(
            kind, path, key, parent, start, end, parts, key_end, value_start, line_start, position, span
        )


def _key(text: str, position: int) -> tuple[tuple[str, ...], tuple[int, ...], int]:
    names: list[str] = []
    starts: list[int] = []
    while True:
        start = _after(BLANKS, text, position)
        end = _after(KEY_PART, text, start)
        names.append(_name(text[start:end]))
        starts.append(start)
        position = _after(BLANKS, text, end)
        if text[position] != ".":
            return tuple(names), tuple(starts), end
        position += 1


def _name(part: str) -> str:
    if part[0] not in "\"'":
        return part
    if part[0] == "'" or "\\" not in part:
        return part[1:-1]
    import tomli

    return str(tomli.loads(f"name = {part}")["name"])


def _value_end(text: str, position: int) -> int:
    depth = 0
    for token in VALUE_TOKEN.finditer(text, position):
        first = token[0][0]
        if depth == 0 and first in "#\n":
            return position + len(text[position : token.start()].rstrip())
        depth += (first in "[{") - (first in "]}")
    return len(text.rstrip())


def _items(text: str, start: int, end: int) -> list[TomlItem]:
    if text[start : start + 1] not in ("[", "{"):
        return []
    found: list[TomlItem] = []
    depth = 0
    first, last = start + 1, -1
    for token in VALUE_TOKEN.finditer(text, start, end):
        mark = token[0][0]
        depth += (mark in "[{") - (mark in "]}")
        if depth == 0 or (depth == 1 and mark in ",#"):
            item = _after(SPACE, text, first)
            if last < item < token.start():
                last = item + len(text[item : token.start()].rstrip())
            if mark != "#":
                if last > item:
                    found.append(TomlItem(item, last))
                first = token.end()
    return found


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _line_starts(text: str) -> list[int]:
    return [0, *(newline.end() for newline in re.finditer("\n", text))]


def _span(lines: list[int], start: int, end: int) -> Span:
    line, end_line = bisect_right(lines, start), bisect_right(lines, end)
    return Span(line, start - lines[line - 1] + 1, end_line, end - lines[end_line - 1] + 1)
