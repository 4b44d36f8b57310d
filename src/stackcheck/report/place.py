"""Where a finding is, in words: paths as they are shown, rows and columns of offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path
from typing import NamedTuple

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Position(NamedTuple):
    """A row and a column, both from 1, the column in code points."""

    row: int
    column: int


class Lines:
    """A text by lines. Only `\\n`, `\\r\\n` and `\\r` end one: form feeds and U+2028 do not."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.raw = split_lines(text)
        if not self.raw or self.raw[-1].endswith(("\n", "\r")):
            self.raw.append("")
        self.starts = [0]
        for line in self.raw[:-1]:
            self.starts.append(self.starts[-1] + len(line))

    def __len__(self) -> int:
        return len(self.raw)

    def line(self, row: int) -> str:
        """The row without its ending."""
        return self.raw[row - 1].rstrip("\r\n")

    def position(self, offset: int) -> Position:
        """The row and column of an offset."""
        row = bisect_right(self.starts, offset)
        return Position(row, offset - self.starts[row - 1] + 1)

    def end_of(self, row: int) -> int:
        """The offset after the row and its ending."""
        return self.starts[row] if row < len(self.starts) else len(self.text)


def split_lines(text: str) -> list[str]:
    """The lines with their endings."""
    return _LINE.findall(text)


def shown_path(path: Path, cwd: Path) -> str:
    """The path from `cwd` where it lies below, else in full."""
    # Not `relative_to`: it costs 7 µs, and a report of a large project asks 10,000 times.
    text, base = str(path), str(cwd)
    if text.startswith(base):
        rest = text[len(base) :]
        if base.endswith(("/", "\\")):
            return printable(rest)
        if rest.startswith(("/", "\\")):
            return printable(rest[1:])
    return printable(text)


def printable(text: str) -> str:
    """The text with what cannot be encoded (a file name of undecodable bytes) replaced."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
