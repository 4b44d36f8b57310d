"""The fix of a sync call on an async engine or connection: `await conn.run_sync(function)`."""

from __future__ import annotations

import re

from stackcheck import Context, Fix
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.sqlalchemy._call_edits import extent, function_span, has_comment, replaced, source
from stackcheck_rules.sqlalchemy._engine_fix import LINE_END

REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")


def in_run_sync(call: Call, bind: Argument, word: str, ctx: Context) -> Fix | None:
    """The fix for a call that is a statement of its own in an async function; `word` is the kind of its bind."""
    start, end = extent(call.whole, ctx)
    indent = ctx.text[start - call.whole.column + 1 : start]
    alone = not indent.strip() and REST_OF_LINE.match(ctx.text, end) is not None
    if call.used or not alone or not ctx.outline.scopes[call.scope].is_async or has_comment(call.whole, ctx):
        return None
    rest = [source(one.span, ctx) for one in call.arguments if one != bind]
    given = ", ".join([source(function_span(call), ctx), *rest])
    owner = source(bind.value, ctx)
    if word == "async-connection":
        return Fix((replaced(call.whole, f"await {owner}.run_sync({given})", ctx),), "Use `run_sync`")
    taken = ctx.bound_around(call.scope) | ctx.outline.module.bindings.keys()
    name = next((name for name in ("conn", "connection") if name not in taken), None)
    if name is None:
        return None
    engine = owner.removesuffix(".sync_engine")
    ending = found[0] if (found := LINE_END.search(ctx.text)) else "\n"
    unit = "\t" if indent.startswith("\t") else "    "
    new = f"async with {engine}.begin() as {name}:{ending}{indent}{unit}await {name}.run_sync({given})"
    return Fix((replaced(call.whole, new, ctx),), "Use `run_sync` of a connection")
