"""Sessions among what a call hands to somebody else: those of a request, not those that were opened for it."""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Kind, dotted
from stackcheck_rules.analyses.handoffs import Handoff, Passed

GIVEN = {"param", "enter"}


def sessions_in(handoff: Handoff, words: set[str], ctx: Context) -> Iterator[tuple[str, Passed, Kind]]:
    """(name, place, kind) of the sessions of some words that a call passes on, or whose method it passes."""
    seen: set[str] = set()
    for passed in handoff.passed:
        name = dotted(passed.expr)
        if not name or name in seen:
            continue
        kind = ctx.kind(passed.expr, handoff.scope)
        if kind.word in words and kind.certain and is_of_request(name, handoff.scope, ctx):
            seen.add(name)
            yield name, passed, kind


def is_of_request(name: str, scope: str, ctx: Context) -> bool:
    """Whether a session was given to the function, or stands in a `with` of it: what made it also closes it."""
    root = name.partition(".")[0]
    around = scope
    while around:
        bindings = ctx.outline.scopes[around].bindings.get(root, ())
        if bindings:
            return len(bindings) == 1 and bindings[0].expr[0] in GIVEN
        around = ctx.outline.scopes[around].parent
    return False
