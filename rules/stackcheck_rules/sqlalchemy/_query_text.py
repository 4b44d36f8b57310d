"""Writing a chain of calls anew: on one line where it fits, else a call a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from stackcheck import Context, Span, TextEdit
from stackcheck_rules.sqlalchemy._call_edits import Extent, extent
from stackcheck_rules.sqlalchemy._query_steps import Part

BEFORE_PAREN = re.compile(r"(?:^|[=,(:\[{]|\b(?:return|in|yield|else|if|and|or|not|await))[ \t]*\($")
TRIPLE = re.compile(r"'''|\"\"\"|\\\r?\n")
BACKSLASH = re.compile(r"[ \t]*\\(?=\r?\n)")


def around(whole: Span, ctx: Context) -> Extent:
    """The extent of a chain, with parentheses that are only there to hold it on several lines."""
    start, end = extent(whole, ctx)
    text = ctx.text
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if after[:1] == ")" and "\n" in text[len(before) : start] and BEFORE_PAREN.search(before[line_start(before) :]):
        return Extent(len(before) - 1, len(text) - len(after) + 1)
    return Extent(start, end)


def line_start(text: str) -> int:
    return max(text.rfind("\n"), text.rfind("\r")) + 1


class Wrapper(NamedTuple):
    """What stands before and after a statement: `session.scalars(` and `).all()`.

    `session` is whether that is a call of the session itself.
    """

    opening: str
    closing: str
    session: bool = False


def rewritten(whole: Span, wrappers: Sequence[Wrapper], head: str, parts: Sequence[Part], ctx: Context) -> TextEdit:
    """The edit that writes `head.parts` inside some wrappers, the outermost first, in the place of a chain."""
    commented = any("#" in part.gap for part in parts)
    place = extent(whole, ctx) if commented else around(whole, ctx)
    line = flat(wrappers, head, parts)
    if not commented and "\n" not in line and (not wrappers or fits(line, place, ctx)):
        return TextEdit(place.start, place.end, line)
    if not commented and "\n" not in line:
        indent = margin_of(place, ctx)
        for depth in range(1, len(wrappers)):
            rest = flat(wrappers[depth:], head, parts)
            if len(indent + ctx.default_indent * depth + rest) <= ctx.line_length:
                return TextEdit(place.start, place.end, spread(wrappers[:depth], rest, (), place, ctx))
    return TextEdit(place.start, place.end, spread(wrappers, head, parts, place, ctx))


def flat(wrappers: Sequence[Wrapper], head: str, parts: Sequence[Part]) -> str:
    openings = "".join(wrapper.opening for wrapper in wrappers)
    closings = "".join(wrapper.closing for wrapper in reversed(wrappers))
    return f"{openings}{head}{''.join(part.code for part in parts)}{closings}"


def margin_of(place: Extent, ctx: Context) -> str:
    """The indentation of the line on which a chain begins."""
    start = line_start(ctx.text[: place.start])
    margin = ctx.text[start : place.start]
    return margin[: len(margin) - len(margin.lstrip())]


def fits(line: str, place: Extent, ctx: Context) -> bool:
    text = ctx.text
    before = place.start - line_start(text[: place.start])
    after = re.compile(r"[^\r\n]*").match(text, place.end)
    return before + len(line) + len(after[0] if after else "") <= ctx.line_length


def spread(wrappers: Sequence[Wrapper], head: str, parts: Sequence[Part], place: Extent, ctx: Context) -> str:
    """The same over several lines: what each wrapper holds is indented below it."""
    text = ctx.text
    indent = margin_of(place, ctx)
    unit, end = ctx.default_indent, "\r\n" if "\r\n" in text else "\n"
    made = "".join(f"{one.opening}{end}{indent}{unit * depth}" for depth, one in enumerate(wrappers, start=1))
    inside = indent + unit * len(wrappers)
    shift = len(inside) - len(old_indent(parts, indent))
    line = flat((), head, parts)
    if "\n" not in line and all("#" not in part.gap for part in parts) and len(inside + line) <= ctx.line_length:
        head, parts = line, ()
    made += moved(head, shift)
    fresh = all("\n" not in part.gap for part in parts)
    for part in parts:
        gap = f"{end}{inside}" if fresh or "\n" in part.gap else ""
        if "#" in part.gap:
            gap = moved(BACKSLASH.sub("", part.gap), shift)
        made += gap + moved(part.code, shift)
    for depth, wrapper in reversed(list(enumerate(wrappers))):
        made += f"{end}{indent}{unit * depth}{wrapper.closing}"
    return made


def old_indent(parts: Sequence[Part], default: str) -> str:
    """The indentation of the lines that the parts stood on."""
    gaps = (part.gap for part in parts if "\n" in part.gap)
    return next((gap[line_start(gap) :] for gap in gaps), default)


def moved(code: str, shift: int) -> str:
    """Code whose further lines are indented by so much more, or less; strings over several lines stay."""
    if "\n" not in code or TRIPLE.search(code):
        return code
    if shift >= 0:
        return re.sub(r"\n(?=[^\r\n])", "\n" + " " * shift, code)
    return re.sub(rf"\n {{1,{-shift}}}", "\n", code)
