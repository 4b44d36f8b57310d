"""Edits that have an attribute loaded before it is read: an option at the query, a refresh, an empty collection."""

from __future__ import annotations

import re

from stackcheck import Context, Expr, Fix, ImportRequest, Kind, Span
from stackcheck_rules.analyses._loading_reads import Fault
from stackcheck_rules.loading._faults import loader

ORM = "sqlalchemy.orm"
EMPTY = {"list": "[]", "List": "[]", "set": "set()", "Set": "set()"}


def option_fix(fault: Fault, ctx: Context, name: str = "") -> Fix | None:
    """The loader option at the query that loads the object, where that stands in the same function."""
    site = fault.site
    here = (site.file, site.function) == (ctx.file, fault.function) and not fault.path and fault.only
    imported = ctx.name(f"{ORM}.{name or loader(fault)}", site.function) if here else None
    if imported is None or site.form not in {"select", "get"} or not re.fullmatch(r"[\w.]+", site.owner):
        return None
    new = f"{imported.code}({site.owner}.{fault.name})"
    edit = in_select(site.span, new, ctx) if site.form == "select" else in_get(site.span, new, site.arguments, ctx)
    if edit is None:
        return None
    return Fix(ctx.edits([edit]), f"Load `{fault.name}` with the query", imported.requests, "unsafe")


def in_select(span: Span, new: str, ctx: Context) -> tuple[Span, str]:
    end = Span(span.end_line, span.end_column, span.end_line, span.end_column)
    offset = ctx.edits([(end, "")])[0].start
    after = re.compile(r"\s*\.options\(\s*").match(ctx.text, offset)
    if after is None or ctx.text[after.end()] == ")":
        return end, f".options({new})"
    place = at_offset(after.end(), ctx)
    return place, f"{new}, "


def in_get(span: Span, new: str, given: tuple[str, ...], ctx: Context) -> tuple[Span, str] | None:
    if "options" not in given:
        return add_argument(span, f"options=[{new}]", ctx)
    start, end = (ctx.edits([(span, "")])[0].start, ctx.edits([(span, "")])[0].end)
    found = re.compile(r"\boptions\s*=\s*[\[(]\s*").search(ctx.text, start, end)
    if found is None:
        return None
    empty = ctx.text[found.end()] in "])"
    return at_offset(found.end(), ctx), new if empty else f"{new}, "


def add_argument(span: Span, new: str, ctx: Context) -> tuple[Span, str] | None:
    """One more argument at the end of a call."""
    edit = ctx.edits([(span, "")])[0]
    inside = ctx.text[edit.start : edit.end - 1]
    left = inside.rstrip()
    if "#" in inside:
        return None
    place = at_offset(edit.start + len(left), ctx)
    if left.endswith(",") and "\n" in inside[len(left) :]:
        line = ctx.text.split("\n")[place.line - 1]
        return place, f"\n{line[: len(line) - len(line.lstrip())]}{new},"
    return place, f"{'' if left.endswith('(') else ' ' if left.endswith(',') else ', '}{new}"


def at_offset(offset: int, ctx: Context) -> Span:
    before = ctx.text[:offset]
    line = before.count("\n") + 1
    column = offset - (before.rfind("\n") + 1) + 1
    return Span(line, column, line, column)


def refresh_fix(fault: Fault, ctx: Context) -> Fix | None:
    """`await session.refresh(user)` on a line of its own, after what took the attribute away."""
    event = fault.event
    if event is None or fault.item or (event.file, event.function) != (ctx.file, fault.function) or fault.path:
        return None
    if not fault.text.isidentifier() or event.name not in {"commit", "flush"}:
        return None
    lines = ctx.text.split("\n")
    line = lines[event.span.line - 1]
    alone = re.fullmatch(r"(\s*)await [^#]*?(\r?)", line)
    if alone is None or event.span.end_line != event.span.line or line.rstrip() != line[: event.span.end_column - 1]:
        return None
    end = Span(event.span.line, event.span.end_column, event.span.line, event.span.end_column)
    new = f"\n{alone[1]}await {event.session}.refresh({fault.text})"
    return Fix(ctx.edits([(end, new)]), f"Refresh `{fault.text}`", (), "unsafe")


def empty_fix(fault: Fault, ctx: Context) -> Fix | None:
    """The empty collection among the arguments of the constructor."""
    empty = empty_collection(fault, ctx) if fault.many and fault.only else ""
    if not empty or fault.site.file != ctx.file or "**" in fault.site.arguments or fault.path:
        return None
    edit = add_argument(fault.site.span, f"{fault.name}={empty}", ctx)
    return Fix(ctx.edits([edit]), f"Start with an empty `{fault.name}`") if edit is not None else None


def empty_collection(fault: Fault, ctx: Context) -> str:
    """`[]` or `set()`, by the annotation of the relationship."""
    file, qualname = fault.of
    for one in ctx.ancestry(Kind("class", qualname, file)).classes:
        notes: tuple[Expr, ...] = ctx.annotations(one, fault.name) if one.file else ()
        match notes:
            case (("index", _, ("index", ("name", head) | ("attr", _, head), _)),):
                return EMPTY.get(head, "")
            case (("index", ("name", head), _),):  # SQLModel
                return EMPTY.get(head, "")
            case (_, *_):
                return ""
    return ""


__all__ = ["ImportRequest", "empty_fix", "option_fix", "refresh_fix"]
