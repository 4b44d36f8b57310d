"""Database URLs as far as they are written down in the code."""

from __future__ import annotations

from stackcheck import Context, Expr, Kind
from stackcheck_rules.sqlalchemy._makers import ENGINE_MAKERS

MOST = 6  # names that stand for one another
TAKES_URL = ENGINE_MAKERS | {"sqlalchemy.make_url"}


def url_text(url: Expr, scope: str, ctx: Context, file: str = "", most: int = MOST) -> str:
    """The text of a URL, or of an engine's, that is a literal, by whatever names it goes; else empty."""
    match url:
        case ("const", str(text)):
            return text
        case ("call", ("attr", value, "set"), _, _) | ("attr", value, "url"):
            return url_text(value, scope, ctx, file, most)
        case ("call", function, (given, *_), _) if ctx.symbol(function, scope, file) in TAKES_URL:
            return url_text(given, scope, ctx, file, most)
        case ("name" | "attr", *_) if most:
            bound, home, where = bound_to(url, scope, ctx, file)
            return url_text(bound, home, ctx, where, most - 1) if bound[0] != "other" else ""
    return ""


def bound_to(name: Expr, scope: str, ctx: Context, file: str) -> tuple[Expr, str, str]:
    """The one expression that a name is bound to, with the scope and file in which to read it."""
    here = ctx.bindings(Kind("function", scope, file or ctx.file), name[1]) if scope and name[0] == "name" else ()
    if here:
        return (here[0] if len(here) == 1 else ("other",)), scope, file
    source = ctx.source_of(name, scope, file)
    bound = ctx.bindings(Kind("module", "", source[0]), source[1]) if source is not None else ()
    return (bound[0], "", source[0]) if source is not None and len(bound) == 1 else (("other",), "", "")
