"""The fix of a URL: another word in the one string that has it."""

from __future__ import annotations

import re

from stackcheck import Applicability, Context, Fix, Kind, Span, TextEdit
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.database._drivers import Scheme
from stackcheck_rules.sqlalchemy._call_edits import extent


def scheme_fix(url: Argument, old: Scheme, new: Scheme, call: Call, ctx: Context) -> Fix | None:
    """The fix that names another scheme: safe where nothing in the call is for one driver only."""
    written = re.compile(rf"(?<=[\"']){re.escape(str(old))}(?=://)")
    bare = url.is_text and "?" not in url.expr[1] and call.argument(-1, "connect_args") is None
    safety: Applicability = "safe" if bare and call.whole_known else "unsafe"
    return rewritten(url, written, str(new), f"Use `{new}://`", call, ctx, safety)


def rewritten(
    url: Argument,
    written: re.Pattern[str],
    new: str,
    title: str,
    call: Call,
    ctx: Context,
    safety: Applicability = "safe",
) -> Fix | None:
    """The fix that writes something else for the one match in a URL, which is unsafe if that is no literal in the call.

    None where the string stands in another file, or in several places.
    """
    spans = [url.value]
    if url.expr[0] == "name":
        # What is bound in the function at hand is read there, else in the module.
        holders = (Kind("function", call.scope, ctx.file), Kind("module", "", ctx.file))
        places = next(filter(None, (ctx.places(holder, url.expr[1]) for holder in holders)), ())
        spans = [place.span for place in places]
    edits = [edit for span in spans for edit in edits_in(span, written, new, ctx)]
    if len(edits) != 1:
        return None
    return Fix(tuple(edits), title, applicability=safety if url.is_text else "unsafe")


def edits_in(span: Span, written: re.Pattern[str], new: str, ctx: Context) -> list[TextEdit]:
    start, end = extent(span, ctx)
    return [TextEdit(found.start(), found.end(), new) for found in written.finditer(ctx.text, start, end)]
