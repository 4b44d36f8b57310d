"""Entries: the functions that FastAPI itself calls for a request, routes and dependencies."""

from __future__ import annotations

from stackcheck import Context, Scope
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.routes import VERBS


def is_entry(function: Scope, ctx: Context) -> bool:
    """Whether a function of the file at hand is a route, of a websocket included, or a dependency."""
    for decorator in function.decorators:
        match decorator:
            case ("call", ("attr", router, verb), *_) if verb in VERBS or verb == "websocket":
                if ctx.kind(router, function.parent).word in {"router", "app"}:
                    return True
    return bool(ctx.fact(dependencies, (ctx.file, function.qualname)))


def is_bare(function: Scope, ctx: Context) -> bool:
    """Whether a function runs as it is written: it has no decorators, or those of FastAPI's own routers alone."""
    for decorator in function.decorators:
        match decorator:
            case ("call", ("attr", router, verb), *_) if verb in VERBS or verb == "websocket":
                kind = ctx.kind(router, function.parent)
                if kind.word in {"router", "app"} and not kind.file:
                    continue
        return False
    return True


def entry_around(function: str, ctx: Context) -> str:
    """The qualname of the entry that a function is or stands in, else empty."""
    while function:
        scope = ctx.outline.scopes[function]
        if scope.form == "function" and is_entry(scope, ctx):
            return function
        function = scope.parent
    return ""
