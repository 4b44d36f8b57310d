"""Functions that run before the first request: lifespans, handlers of events, and what gets the application."""

from __future__ import annotations

from stackcheck import Context, Scope

APPS = {"app", "router"}


def is_startup(function: Scope, ctx: Context) -> bool:
    """Whether a function gets the application itself, as a lifespan does, or is a handler of `on_event`."""
    for decorator in function.decorators:
        match decorator:
            case ("call", ("attr", app, "on_event"), *_) if ctx.kind(app, function.parent).word in APPS:
                return True
    kinds = [ctx.kind(("param", at), function.qualname) for at in range(len(function.params))]
    return any(kind.word == "app" or kind.symbol == "starlette.applications.Starlette" for kind in kinds)
