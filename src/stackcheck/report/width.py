"""How wide text is on a terminal, and which part of a long line is shown."""

from __future__ import annotations

from typing import NamedTuple

from stackcheck.report.colour import BRIGHT_BLUE, PLAIN, Segment

CUT = "…"
PADDING = 6
LONG_INDENT = 20
INDENT_KEPT = 4

# A right-to-left override would show other code than what runs.
VISIBLE = {code: chr(0x2400 + code) for code in range(0x20) if code != 0x09} | {0x7F: "␡", 0x200D: ""}
VISIBLE |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\N{REPLACEMENT CHARACTER}")


def replaced(text: str) -> str:
    """The text with tabs as four spaces and the other control characters made visible."""
    return text if text.isascii() and text.isprintable() else text.replace("\t", "    ").translate(VISIBLE)


def width(text: str) -> int:
    """The columns that the text takes: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text) + 3 * text.count("\t")
    from unicodedata import category, east_asian_width

    total = 0
    for char in text:
        if char == "\t":
            total += 4
        elif ord(char) in VISIBLE and char != "\u200d":
            total += 1
        elif category(char) in ("Mn", "Me", "Cf") and char != "\u00ad":
            total += 0
        else:
            total += 2 if east_asian_width(char) in "WF" else 1
    return total


class Window(NamedTuple):
    """The display columns to show of every line of a frame; `room` is how many fit."""

    left: int
    right: int
    room: int

    @classmethod
    def fitting(cls, lines: list[str], start: int, end: int, room: int) -> Window:
        """The window on a span that begins and ends at these columns, as rustc and ruff place it."""
        indents = [width(line[: len(line) - len(line.lstrip())]) for line in lines if line.strip()]
        indent = max(min(indents, default=0) - PADDING, 0)
        start, end = max(start - PADDING, 0), end + PADDING
        left = indent - (LONG_INDENT - INDENT_KEPT) if indent > LONG_INDENT else 0
        right = max(*map(width, lines), left)
        if right - left > room:
            if indent <= end <= indent + room:
                left, right = indent, indent + room
            elif end - start <= room:
                left = max(start - (room - (end - start)) // 2, 0)
                right = left + room
            else:
                left, right = start, end
        return cls(left, right, room)

    def clip(self, line: str) -> tuple[list[Segment], int]:
        """What is shown of a line, with `…` where it is cut, and the first column shown."""
        length = width(line)
        left = min(self.left, length)
        right = length if length - self.left <= self.room else min(length, self.right)
        if not self.left and right == length:
            return [(PLAIN, line)], 0
        skipped = begin = 0
        while begin < len(line) and skipped < left:
            skipped += width(line[begin])
            begin += 1
        taken, stop = 0, begin
        while stop < len(line) and taken + width(line[stop]) <= right - left:
            taken += width(line[stop])
            stop += 1
        code = line[begin:stop]
        head, gap = (CUT, " " * (width(code[:1]) - 1)) if self.left else ("", "")
        code = code[1:] if head else code
        tail = CUT if length > right else ""
        code = code[:-1] if tail else code
        inside = gap + code if code or tail else ""
        return [(BRIGHT_BLUE, head), (PLAIN, inside), (BRIGHT_BLUE, tail)], max(left, skipped)

    def squeeze(self, row: list[Segment], start: int, end: int) -> list[Segment]:
        """The row without the middle of an underline that is longer than two terminals."""
        if end - start <= 2 * self.room:
            return row
        pad = max(self.room // 3, 5)
        chars = [(style, char) for style, text in row for char in text]
        if end - pad <= len(chars):
            chars[start + pad : end - pad] = [(BRIGHT_BLUE, CUT)]
        return chars
