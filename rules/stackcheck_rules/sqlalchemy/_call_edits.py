"""Text edits of a call: take an argument out, put something in, write a part of it again."""

from __future__ import annotations

import re
from typing import NamedTuple

from stackcheck import Context, Span, TextEdit
from stackcheck_rules.analyses._call_facts import Argument, Call


class Extent(NamedTuple):
    """Offsets in the text, the end exclusive."""

    start: int
    end: int


def extent(span: Span, ctx: Context) -> Extent:
    edit = ctx.edits([(span, "")])[0]
    return Extent(edit.start, edit.end)


def source(span: Span, ctx: Context) -> str:
    """The text of a span, as it stands."""
    start, end = extent(span, ctx)
    return ctx.text[start:end]


def function_span(call: Call) -> Span:
    """What is called, as `a.b` in `a.b(…)`."""
    return Span(call.owner.line, call.owner.column, call.at.end_line, call.at.end_column)


def replaced(span: Span, new: str, ctx: Context) -> TextEdit:
    return ctx.edits([(span, new)])[0]


def inserted_after(span: Span, new: str, ctx: Context) -> TextEdit:
    end = extent(span, ctx).end
    return TextEdit(end, end, new)


def without_argument(argument: Argument, call: Call, ctx: Context) -> TextEdit | None:
    """The edit that takes an argument and its comma out of a call; None where a comment is in the way."""
    text = ctx.text
    start, end = extent(argument.span, ctx)
    if "#" in text[start:end]:
        return None
    after = re.compile(r"[ \t]*,[ \t]*").match(text, end)
    if after is None:
        before = re.compile(r",\s*$").search(text, 0, start) if argument != call.arguments[0] else None
        if before:
            return TextEdit(before.start(), end, "")
        return TextEdit(start, end, "") if len(call.arguments) == 1 else None
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    rest = re.compile(r"\r\n|\r|\n").match(text, after.end())
    if rest and not text[line:start].strip():
        return TextEdit(line, rest.end(), "")
    if rest:
        return TextEdit(len(text[:start].rstrip(" \t")), len(text[: after.end()].rstrip(" \t")), "")
    return TextEdit(start, after.end(), "")


def has_comment(span: Span, ctx: Context) -> bool:
    """Whether a comment may stand in a span; a `#` in a string counts too, which only costs a fix."""
    return "#" in source(span, ctx)


def with_argument(call: Call, new: str, ctx: Context) -> TextEdit | None:
    """The edit that adds a last argument to a call, on a line of its own where the one before has one."""
    if not call.arguments:
        end = extent(call.whole, ctx).end - 1
        return TextEdit(end, end, new) if re.search(r"\(\s*$", ctx.text[:end]) else None
    last = max(call.arguments, key=lambda one: one.span)
    start, end = extent(last.span, ctx)
    line = re.compile(r"(?:\A|\r\n|\r|\n)[ \t]*\Z").search(ctx.text, ctx.text.rfind("(", 0, start), start)
    return TextEdit(end, end, f",{line[0] if line else ' '}{new}")
