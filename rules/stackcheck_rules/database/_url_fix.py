"""The fix of a URL: another word in the one string that has it, in whatever file it stands."""

from __future__ import annotations

import re
from dataclasses import replace

from stackcheck import Applicability, Context, Fix, Span, TextEdit
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.database._drivers import FOR_ASYNCIO, Scheme, is_missing
from stackcheck_rules.database._urls import Url
from stackcheck_rules.sqlalchemy._call_edits import extent


def scheme_fix(url: Argument, found: Url, old: Scheme, new: Scheme, call: Call, ctx: Context) -> Fix | None:
    """The fix that names another scheme: safe where nothing in the call is for one driver only.

    It is only shown where the project has to require the driver first.
    """
    written = re.compile(rf"(?<=[\"']){re.escape(str(old))}(?=://)")
    bare = "?" not in found.text and call.argument(-1, "connect_args") is None
    safety: Applicability = "safe" if bare and call.whole_known else "unsafe"
    fix = rewritten(url, found, written, str(new), f"Use `{new}://`", ctx, safety)
    for_asyncio = new.driver in FOR_ASYNCIO.get(new.dialect, ())
    missing = for_asyncio and is_missing(new.driver, ctx.mentions)
    return replace(fix, applicability="display") if fix and missing else fix


def rewritten(
    url: Argument,
    found: Url,
    written: re.Pattern[str],
    new: str,
    title: str,
    ctx: Context,
    safety: Applicability = "safe",
) -> Fix | None:
    """The fix that writes something else for the one match in a URL; unsafe if that is no literal in the call."""
    there, spans = ctx, [url.value]
    if found.home is not None:
        holder, name = found.home
        there = ctx.of(holder.file) if holder.file != ctx.file else ctx
        spans = [place.span for place in ctx.places(holder, name)]
    edits = tuple(edit for span in spans for edit in edits_in(span, written, new, there))
    if len(edits) != 1:
        return None
    if there is not ctx:
        other = replace(ctx.edit_in(there.file, ()), edits=edits)
        return Fix((), title, applicability="unsafe", others=(other,))
    return Fix(edits, title, applicability=safety if url.is_text else "unsafe")


def edits_in(span: Span, written: re.Pattern[str], new: str, ctx: Context) -> list[TextEdit]:
    start, end = extent(span, ctx)
    return [TextEdit(match.start(), match.end(), new) for match in written.finditer(ctx.text, start, end)]
