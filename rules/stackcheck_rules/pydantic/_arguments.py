"""Text edits of the arguments of a call: rename one, take one out, gather some into a dictionary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from stackcheck import Context, Span, TextEdit
from stackcheck_rules.analyses.field_calls import Argument, FieldCall


class Extent(NamedTuple):
    start: int
    end: int


def extent(span: Span, ctx: Context) -> Extent:
    """Where a span of this file begins and ends."""
    edit = ctx.edit_in(ctx.file, [(span, "")]).edits[0]
    return Extent(edit.start, edit.end)


def source(span: Span, ctx: Context) -> str:
    start, end = extent(span, ctx)
    return ctx.text[start:end]


def value_code(argument: Argument, ctx: Context) -> str:
    """The source of a keyword argument's value, its parentheses included."""
    return source(argument.span, ctx).partition("=")[2].strip()


def rename(argument: Argument, name: str, ctx: Context) -> TextEdit:
    start = extent(argument.span, ctx).start
    return TextEdit(start, start + len(argument.name), name)


def remove(argument: Argument, call: FieldCall, ctx: Context) -> TextEdit | None:
    """The edit that takes an argument and its comma out of a call; None where a comment is in the way."""
    return remove_group([argument], call, ctx)


def remove_group(group: Sequence[Argument], call: FieldCall, ctx: Context) -> TextEdit | None:
    """The same for arguments that follow each other."""
    text = ctx.text
    start, end = extent(group[0].span, ctx).start, extent(group[-1].span, ctx).end
    if "#" in text[start:end]:
        return None
    after = re.compile(r"[ \t]*,[ \t]*").match(text, end)
    line = text.rfind("\n", 0, start) + 1
    first_on_line = not text[line:start].strip()
    if after is None:
        before = re.compile(r",\s*$").search(text, 0, start) if group[0] != call.arguments[0] else None
        return TextEdit(before.start(), end, "") if before else _only(group, call, start, end)
    rest = text.find("\n", after.end())
    ends_line = rest >= 0 and not text[after.end() : rest].strip()
    if first_on_line and ends_line:
        return TextEdit(line, rest + 1, "")
    if ends_line:
        return TextEdit(len(text[:start].rstrip(" \t")), len(text[: after.end()].rstrip(" \t")), "")
    return TextEdit(start, after.end(), "")


def _only(group: Sequence[Argument], call: FieldCall, start: int, end: int) -> TextEdit | None:
    return TextEdit(start, end, "") if len(group) == len(call.arguments) else None


def groups(arguments: Sequence[Argument], call: FieldCall) -> list[list[Argument]]:
    """Some arguments of a call, those that follow each other together."""
    found: list[list[Argument]] = []
    for argument in arguments:
        position = call.arguments.index(argument)
        if found and position and call.arguments[position - 1] == found[-1][-1]:
            found[-1].append(argument)
        else:
            found.append([argument])
    return found


def gather(arguments: Sequence[Argument], name: str, call: FieldCall, ctx: Context) -> tuple[TextEdit, ...] | None:
    """Some arguments as the entries of one dictionary, which is the argument `name` in the place of the first."""
    first, *others = groups(arguments, call)
    removals = [remove_group(group, call, ctx) for group in others]
    if None in removals:
        return None
    start, end = extent(first[0].span, ctx).start, extent(first[-1].span, ctx).end
    indent = ctx.text[ctx.text.rfind("\n", 0, start) + 1 : start]
    entries = [entry(argument, ctx) for argument in arguments]
    if any("\n" in made or "#" in made for one, made in zip(arguments, entries, strict=True) if one.keys):
        return None
    ends = [extent(argument.span, ctx) for argument in first]
    between = [ctx.text[one.end : two.start] for one, two in pairwise(ends)]
    commented = any("#" in gap for gap in between)
    new = f"{name}={{{', '.join(entries)}}}"
    if indent.strip():  # on a line with other code
        if commented:
            return None
    elif commented or (len(entries) > 1 and len(indent) + len(new) + 1 > ctx.line_length):
        new = f"{name}={exploded(entries, between, indent, ctx)}"
    return (TextEdit(start, end, new), *(removal for removal in removals if removal))


def entry(argument: Argument, ctx: Context) -> str:
    """An argument as an entry of a dictionary, `**{…}` as those that it has."""
    if argument.keys:
        return source(argument.value_span, ctx)[1:-1].strip().rstrip(",")
    return f'"{argument.name}": {value_code(argument, ctx)}'


def exploded(entries: Sequence[str], between: Sequence[str], indent: str, ctx: Context) -> str:
    """A dictionary with a line for each entry, and with the comments that stand between some of them."""
    unit, end = ctx.default_indent, "\r\n" if "\r\n" in ctx.text else "\n"
    gap = f",{end}{indent}{unit}"
    gaps = [each.replace("\n", f"\n{unit}") if "#" in each else gap for each in between]
    gaps += [gap] * (len(entries) - 1 - len(between))
    body = "".join(part for pair in zip(entries, [*gaps, ","], strict=True) for part in pair)
    return f"{{{end}{indent}{unit}{body}{end}{indent}}}"
