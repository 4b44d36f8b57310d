"""The fix of a global session: every function that uses it takes one from the project's dependency."""

from __future__ import annotations

from stackcheck import Context, Fix
from stackcheck_rules.analyses.session_injections import Injection, session_injections


def injection_fix(home: tuple[str, str], ctx: Context) -> Fix | None:
    """The edits of all files; None where some of the session's users cannot change."""
    found: Injection | None = ctx.fact(session_injections, home)
    if found is None:
        return None
    own = [change for change in found.files if change.file == ctx.file]
    others = [ctx.edit_in(change.file, change.edits, change.imports) for change in found.files if change not in own]
    title = f"Take a session from `{found.provider}` wherever `{home[1]}` is used"
    edits = ctx.edits([edit for change in own for edit in change.edits])
    return Fix(edits, title, tuple(one for change in own for one in change.imports), "unsafe", tuple(others))
