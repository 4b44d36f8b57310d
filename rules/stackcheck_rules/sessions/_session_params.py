"""Parameters of routes that hold a session, with the dependency that gives it and its `scope=`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Context, Expr, Param
from stackcheck_rules.analyses.dependencies import MARKER_SYMBOLS
from stackcheck_rules.analyses.generator_exits import Exit, generator_exits
from stackcheck_rules.sessions._fresh_sessions import SESSIONS
from stackcheck_rules.sessions._functions import Function, context_of, function_of


class SessionParam(NamedTuple):
    """A parameter, the dependency that FastAPI calls for it, and `function` or `request` (the default)."""

    param: Param
    dependency: Function
    scope: str


def session_params(function: Function) -> Iterator[SessionParam]:
    """The parameters of a function that certainly hold a session which a dependency of the project gives."""
    for param in function.scope.params:
        kind = function.kind(("name", param.name))
        if kind.word in SESSIONS and kind.certain:
            found = provider(param, function)
            if found is not None:
                yield SessionParam(param, *found)


def provider(param: Param, function: Function) -> tuple[Function, str] | None:
    """What stands in `Depends(…)`, as the default, in the annotation, or in the alias that it is."""
    if param.default[0] == "call":
        return given(param.default, function.scope.parent, function.ctx)
    annotation, scope, ctx = param.annotation, function.scope.parent, function.ctx
    if annotation[0] in {"name", "attr"}:
        source = ctx.source_of(annotation, scope)
        if source is None:
            return None
        ctx, scope = context_of(source[0], ctx), ""
        bindings = ctx.outline.module.bindings.get(source[1], ())
        annotation = bindings[0].expr if len(bindings) == 1 else ("other",)
    match annotation:
        case ("index", _, ("tuple", (_, *notes))):
            return next((found for note in notes if (found := given(note, scope, ctx)) is not None), None)
    return None


def given(marker: Expr, scope: str, ctx: Context) -> tuple[Function, str] | None:
    match marker:
        case ("call", name, positional, keywords) if ctx.symbol(name, scope) in MARKER_SYMBOLS:
            words = dict(keywords)
            called = positional[0] if positional else words.get("dependency")
            made = function_of(ctx.kind(called, scope), ctx) if called else None
            said = words.get("scope", ("const", "request"))
            return (made, str(said[1])) if made is not None and said[0] == "const" else None
    return None


def commits(dependency: Function) -> bool:
    """Whether a dependency commits behind its `yield`."""
    exits = (fact for fact in dependency.ctx.facts(generator_exits) if isinstance(fact, Exit))
    return any(one.function == dependency.name and one.commits is not None for one in exits)
