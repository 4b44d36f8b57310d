"""What to write where a URL was used as a string, or asked for a part that it has no more."""

from __future__ import annotations

from stackcheck import Context, Fix, Span
from stackcheck_rules.analyses.url_fields import UrlUse

# These may have several hosts now, each with a user, a password and a port.
SEVERAL_HOSTS = {"MongoDsn", "PostgresDsn"}
GONE = {"host_type", "tld", "user"}


def fix_of(use: UrlUse, kind: str, ctx: Context) -> Fix | None:
    end = Span(*use.span[2:], use.span.end_line, use.span.end_column + len(use.detail) + 1)
    value, part = (ctx.text[edit.start : edit.end] for edit in ctx.edits([(use.span, ""), (end, "")]))
    if value != use.code:
        return None  # inside an f-string, before Python 3.12
    if use.form != "part":
        made = Fix(ctx.edits([(use.span, f"str({value})")]), "Make it a string", (), "unsafe")
        return made if use.form != "check" else None
    new = "username" if use.detail == "user" else use.detail
    if part != f".{use.detail}" or new in GONE:
        return None
    if kind in SEVERAL_HOSTS:
        return Fix(ctx.edits([(end, f'.hosts()[0]["{new}"]')]), "Ask the first host", (), "unsafe")
    return Fix(ctx.edits([(end, f".{new}")]), f"Use `{new}`")
