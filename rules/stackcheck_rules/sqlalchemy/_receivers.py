"""What methods are called on: sessions, connections, engines, and nothing that only looks like them."""

from __future__ import annotations

from collections.abc import Set

from stackcheck import Context, Kind, alternatives
from stackcheck_rules.analyses._call_facts import Call

SESSIONS = frozenset({"session", "async-session", "session-registry"})
CONNECTIONS = frozenset({"connection", "async-connection"})


def receivers(call: Call, words: Set[str], ctx: Context) -> tuple[Kind, ...]:
    """What a method is called on, if all that it may be is of some kinds and the method is SQLAlchemy's own."""
    found = alternatives(ctx.kind(call.receiver, call.scope))
    if any(kind.word not in words or not kind.certain for kind in found):
        return ()
    # A subclass in the project may define the method itself, and take what it likes.
    own = ctx.kind(("attr", call.receiver, call.name), call.scope).word == "function"
    return () if own else found
