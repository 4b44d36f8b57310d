"""The arguments of a call as text: some taken out, a display opened, with their comments and their layout.

Only what lies around a dropped part is written anew; the arguments themselves stay as they are.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from stackcheck import Context, Span, TextEdit
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.sqlalchemy._call_edits import Extent, extent

SILENT = {tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
OPENING, CLOSING = {"(", "[", "{"}, {")", "]", "}"}
# A line of what is left between two parts: commas and a comment at most.
BARE = re.compile(r"(?P<indent>[ \t]*)[, \t]*(?P<comment>#.*)?")
BLANK = re.compile(r"[ \t]*")


class Inside(NamedTuple):
    """What stands in a pair of brackets: the offsets behind the opening and before the closing one, the parts."""

    start: int
    end: int
    parts: tuple[Extent, ...]


class Shift(NamedTuple):
    """The lines that begin between two offsets lose some of their indentation."""

    start: int
    end: int
    by: int


class Change(NamedTuple):
    """What becomes of the arguments: parts that stay, parts that go, and what moves to the left."""

    whole: Inside
    kept: tuple[Extent, ...]
    dropped: tuple[Extent, ...]
    shifts: tuple[Shift, ...] = ()


def arguments_inside(call: Call, ctx: Context) -> Inside | None:
    """The arguments of a call as they are written; None where they cannot be told from the text."""
    opening = re.compile(r"[ \t]*\(").match(ctx.text, extent(call.at, ctx).end)
    return inside(Extent(opening.end() - 1, extent(call.whole, ctx).end), ctx.text) if opening else None


def inside(brackets: Extent, text: str) -> Inside | None:
    """What stands between two brackets, divided at the commas."""
    tokens = tokens_of(text[brackets.start : brackets.end])
    depth, first, last = 0, -1, -1
    parts: list[Extent] = []
    for word, start, end in tokens:
        depth += (word in OPENING) - (word in CLOSING)
        if depth == 0 or (depth == 1 and word == ","):
            parts += [Extent(brackets.start + first, brackets.start + last)] if first >= 0 else []
            first = -1
        elif start > 0:
            first, last = (start if first < 0 else first), end
    return Inside(brackets.start + 1, brackets.end - 1, tuple(parts)) if tokens else None


def tokens_of(code: str) -> list[tuple[str, int, int]]:
    """The tokens of an expression in brackets, with their offsets, without comments; none of what cannot be read."""
    starts = [0, *(match.end() for match in re.finditer("\n", code))]
    try:
        return [
            (token.string, starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1])
            for token in tokenize.generate_tokens(io.StringIO(code, newline="").readline)
            if token.type not in SILENT
        ]
    except (tokenize.TokenError, SyntaxError):
        return []


def part_of(span: Span, whole: Inside, ctx: Context) -> Extent | None:
    """The part that a span stands in: parentheses around a value are not of its span."""
    start, end = extent(span, ctx)
    return next((part for part in whole.parts if part.start <= start and end <= part.end), None)


def edits_of(change: Change, text: str) -> list[TextEdit] | None:
    """The edits that make a change; None where something is in the way."""
    whole = change.whole
    moved = [(start, shift.by) for shift in change.shifts if shift.by for start in lines_in(shift, text)]
    edits = [TextEdit(start, start + by, "") for start, by in moved]
    closing = None  # the indentation of a closing bracket that gets a line of its own
    ends = (Extent(whole.start, whole.start), *change.kept, Extent(whole.end, whole.end))
    for before, after in pairwise(ends):
        gap = Extent(before.end, after.start)
        out = [part for part in change.dropped if gap.start <= part.start and part.end <= gap.end]
        if not out:
            if after is ends[-1] and closing is not None and "\n" not in text[gap.start : gap.end]:
                edits.append(TextEdit(gap.start, gap.end, f",\n{closing}"))
            continue
        left = remaining(gap, out, text)
        if left is None:
            return None
        if not change.kept:
            commented = any(comment for _, comment in left)
            new = written("", left, indent_at(gap.end, text), left[1][0]) if commented else ""
        elif before is ends[0]:
            new = written("", left, indent_at(out[0].start, text) if begins_line(out[0].start, text) else left[-1][0])
        elif after is ends[-1]:
            new = at_the_end(left, gap, out, change, text)
        elif len(left) > 1 and hangs(out[-1], gap, text):
            closing = indent_at(out[-1].start, text)
            new = written(",", left, indent_in(change, before.start, text))
        else:
            new = written(",", left, left[-1][0] if len(left) > 1 else " ")
        edits.append(TextEdit(gap.start, gap.end, new))
    ending = "\r\n" if "\r\n" in text else "\n"
    return [edit._replace(new=edit.new.replace("\n", ending)) for edit in edits]


def remaining(gap: Extent, out: Sequence[Extent], text: str) -> list[tuple[str, str]] | None:
    """The lines of a gap without what is dropped, each as its indentation and its comment."""
    bounds = [gap.start, *(offset for part in out for offset in part), gap.end]
    left = "".join(text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True))
    found = [BARE.fullmatch(line.rstrip("\r")) for line in left.split("\n")]
    return [(match["indent"], match["comment"] or "") for match in found if match] if all(found) else None


def written(lead: str, lines: Sequence[tuple[str, str]], indent: str, inner: str | None = None) -> str:
    """A gap with its comments: that of the first line stays there, the others get lines of their own."""
    first, *others = [comment for _, comment in lines]
    if len(lines) == 1:
        return lead + (indent if lead else "")
    own = [f"\n{indent if inner is None else inner}{comment}" for comment in others if comment]
    return lead + (f"  {first}" if first else "") + "".join(own) + "\n" + indent


def at_the_end(lines: Sequence[tuple[str, str]], gap: Extent, out: Sequence[Extent], change: Change, text: str) -> str:
    """The gap before the closing bracket, which stays on a line of its own if it, or one that goes, had one."""
    own = text[line_start(gap.end, text) : gap.end + 1].lstrip(" \t")[0] in CLOSING
    if len(lines) == 1 or not (own or any(comment for _, comment in lines)):
        return ""
    of_items = text[out[0].start] in CLOSING and "," in text[gap.start : out[0].start]
    comma = "," if of_items or "," in text[out[-1].end : gap.end] else ""
    # The bracket of a display moves with its items: `b])`.
    by = sum(shift.by for shift in change.shifts) if "\n" not in text[out[0].start : gap.end] else 0
    return written(comma, lines, indent_at(gap.end, text)[by:], indent_in(change, gap.start - 1, text))


def hangs(closing: Extent, gap: Extent, text: str) -> bool:
    """Whether a closing bracket begins a line on which more follows: `], else_=0)`."""
    own = begins_line(closing.start, text)
    return own and text[closing.start] in CLOSING and "\n" not in text[closing.end : gap.end]


def begins_line(offset: int, text: str) -> bool:
    return BLANK.fullmatch(text, line_start(offset, text), offset) is not None


def opened(part: Extent, brackets: Extent, text: str) -> tuple[tuple[Extent, ...], tuple[Extent, ...], Shift] | None:
    """A list or tuple whose items take its place: the items, what goes, and how far they move to the left."""
    items = inside(brackets, text)
    if items is None:
        return None
    around = (Extent(part.start, items.start), Extent(items.end, part.end)) if items.parts else (part,)
    if any("#" in text[start:end] for start, end in around):
        return None
    if not items.parts:
        return (), around, Shift(part.start, part.start, 0)
    first, last = items.parts[0], items.parts[-1]
    if "\n" in text[items.start : first.start]:
        alone = begins_line(part.start, text)
        by = len(indent_at(first.start, text)) - len(indent_at(part.start, text)) if alone else 0
    else:
        by = first.start - part.start
        column = first.start - line_start(first.start, text)
        aligned = all(len(indent_at(item.start, text)) == column for item in items.parts if is_below(item, first, text))
        by = by if aligned else 0
    shift = Shift(first.start, last.end, by)
    return items.parts, around, shift if by > 0 and can_shift(shift, text) else shift._replace(by=0)


def is_below(item: Extent, first: Extent, text: str) -> bool:
    return "\n" in text[first.start : item.start]


def can_shift(shift: Shift, text: str) -> bool:
    """Whether each line has that much to lose, and none is of a string."""
    code = text[shift.start : shift.end]
    narrow = any(len(indent_at(start, text)) < shift.by for start in lines_in(shift, text))
    return not narrow and '"""' not in code and "'''" not in code and "\\\n" not in code


def lines_in(shift: Shift, text: str) -> list[int]:
    """Where the lines begin that hold something."""
    found = re.compile(r"\n(?=[ \t]*[^ \t\r\n])").finditer(text, shift.start, shift.end)
    return [match.end() for match in found]


def line_start(offset: int, text: str) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def indent_at(offset: int, text: str) -> str:
    """The indentation of the line of an offset."""
    blank = BLANK.match(text, line_start(offset, text))
    return blank[0] if blank else ""


def indent_in(change: Change, offset: int, text: str) -> str:
    """The indentation that the line of an offset will have."""
    by = sum(shift.by for shift in change.shifts if shift.start <= line_start(offset, text) <= shift.end)
    return indent_at(offset, text)[by:]
