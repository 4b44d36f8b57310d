"""The fix of a URL: another scheme in the one string that has it."""

from __future__ import annotations

import re

from stackcheck import Applicability, Context, Fix, Kind, Span, TextEdit
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.database._drivers import Scheme
from stackcheck_rules.sqlalchemy._call_edits import extent


def scheme_fix(url: Argument, old: Scheme, new: Scheme, call: Call, ctx: Context) -> Fix | None:
    """The fix that names another scheme; None where the string stands in another file, or in several places."""
    spans = [url.value]
    if url.expr[0] == "name":
        # What is bound in the function at hand is read there, else in the module.
        holders = (Kind("function", call.scope, ctx.file), Kind("module", "", ctx.file))
        places = next(filter(None, (ctx.places(holder, url.expr[1]) for holder in holders)), ())
        spans = [place.span for place in places]
    written = re.compile(rf"(?<=[\"']){re.escape(str(old))}(?=://)")
    edits = [edit for span in spans for edit in edits_in(span, written, str(new), ctx)]
    if len(edits) != 1:
        return None
    return Fix(tuple(edits), f"Use `{new}://`", applicability=safety(url, call))


def edits_in(span: Span, written: re.Pattern[str], new: str, ctx: Context) -> list[TextEdit]:
    start, end = extent(span, ctx)
    return [TextEdit(found.start(), found.end(), new) for found in written.finditer(ctx.text, start, end)]


def safety(url: Argument, call: Call) -> Applicability:
    """Safe where nothing else reads the string and nothing in the call is for one driver only."""
    alone = url.is_text and "?" not in url.expr[1] and call.argument(-1, "connect_args") is None
    return "safe" if alone and call.whole_known else "unsafe"
