"""Two ways to mend a route that uses a sync session: a plain `def`, or the project's async session."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from stackcheck import (
    Context,
    Fix,
    Imported,
    ImportRequest,
    Param,
    Scope,
    TextEdit,
    definitions,
    parse_tree,
    span_reader,
)
from stackcheck_rules.analyses._coroutine_fates import MISUSED
from stackcheck_rules.analyses._held_nodes import Held
from stackcheck_rules.analyses._name_reach import parents_of
from stackcheck_rules.analyses.async_projects import async_projects
from stackcheck_rules.analyses.awaited_methods import AWAITED, NEVER_AWAITED
from stackcheck_rules.analyses.dependencies import ASYNC_SESSIONS, dependencies
from stackcheck_rules.analyses.unawaited_calls import described
from stackcheck_rules.database._await_edits import await_edits
from stackcheck_rules.sqlalchemy._call_edits import extent, replaced

SESSION, ASYNC_SESSION = "sqlalchemy.orm.Session", "sqlalchemy.ext.asyncio.AsyncSession"
# What only works on the event loop, without any `await`.
OF_THE_LOOP = re.compile(r"\b(?:asyncio|anyio|create_task|ensure_future|get_running_loop|get_event_loop)\b")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def as_plain_function(function: Scope, awaits: bool, ctx: Context) -> Fix | None:
    """`def` in the place of `async def`, where nothing is awaited and the project has no async session."""
    start, end = extent(function.span, ctx)
    text = ctx.text[start:end]
    awaited = re.search(rf"\bawait\s+{function.name}\(", ctx.text)
    if awaits or awaited or function.yields or is_websocket(function) or OF_THE_LOOP.search(text):
        return None
    keyword = re.match(r"async[ \t]+(?=def\b)", text)
    if keyword is None or ctx.fact(async_projects, "any"):
        return None
    edit = TextEdit(start, start + keyword.end(), "")
    return Fix((edit,), "Make it a plain `def`, which FastAPI runs in a thread", applicability="unsafe")


def is_websocket(function: Scope) -> bool:
    """A websocket is awaited by whoever calls the function; it cannot be a plain one."""
    return any(one[0] == "call" and one[1][0] == "attr" and one[1][2] == "websocket" for one in function.decorators)


def with_async_session(function: Scope, param: Param, ctx: Context) -> Fix | None:
    """The project's one async session dependency, and `await` before each call of its session."""
    provider = provider_beside(function, param, ctx)
    session = ctx.name(ASYNC_SESSION, function.parent)
    if provider is None or session is None or ctx.kind(("name", param.name), function.qualname).symbol != SESSION:
        return None
    node = definitions(parse_tree(ctx.text))[function.number - 1]
    if not isinstance(node, Function):
        return None
    span = span_reader(ctx.text)
    awaits = list(awaited_uses(node, param.name, function, ctx))
    spans = declaration(node, param.name)
    if not spans or not awaits or not all(awaits):
        return None
    annotation, given = (span(one) for one in spans)
    edits = (
        replaced(annotation, session.code, ctx),
        replaced(given, provider.code, ctx),
        *(edit for one in awaits for edit in one),
    )
    return Fix(edits, "Use the project's async session", (*session.requests, *provider.requests), "unsafe")


def provider_beside(function: Scope, param: Param, ctx: Context) -> Imported | None:
    """The one async session dependency, where it stands in the module of the sync one."""
    match param.default:
        case ("call", _, (("name", str(sync)),), ()):
            own = ctx.source_of(("name", sync), function.parent)
        case _:
            return None
    others: tuple[tuple[str, str], ...] = ctx.fact(dependencies, ASYNC_SESSIONS) or ()
    if own is None or len(others) != 1 or others[0][0] != own[0]:
        return None
    name = others[0][1]
    if ctx.source_of(("name", name)) == others[0]:
        return Imported(name, ())
    bindings = [one.expr for one in ctx.outline.module.bindings.get(sync, ())]
    free = name not in ctx.outline.module.bindings and name not in ctx.bound_around(function.qualname)
    if len(bindings) != 1 or bindings[0][0] != "from" or bindings[0][1].startswith((".", "?")) or not free:
        return None
    return Imported(name, (ImportRequest(bindings[0][1], name),))


def declaration(node: Function, name: str) -> tuple[ast.expr, ast.expr] | None:
    """The annotation and the argument of `Depends` of a parameter written `name: Session = Depends(get_db)`."""
    args = node.args
    plain = [*args.posonlyargs, *args.args]
    given = dict(zip(reversed(plain), reversed(args.defaults), strict=False))
    given |= {arg: one for arg, one in zip(args.kwonlyargs, args.kw_defaults, strict=True) if one is not None}
    for arg, default in given.items():
        match arg, default:
            case ast.arg(arg=found, annotation=ast.Name() as note), ast.Call(args=[ast.Name() as one]) if found == name:
                return note, one
    return None


def awaited_uses(node: Function, name: str, scope: Scope, ctx: Context) -> Iterator[tuple[TextEdit, ...]]:
    """For each use of a session the edits that await it; an empty one where it is more than a call of a method."""
    parents, span = parents_of(node), span_reader(ctx.text)
    for use in parents:
        if not isinstance(use, ast.Name) or use.id != name:
            continue
        match parents[use]:
            case ast.Attribute(attr=method) as func:
                call = parents[func]
                if isinstance(call, ast.Call) and call.func is func and method in AWAITED["async-session"] - {"exec"}:
                    held = Held(call, use, scope, parents)
                    yield await_edits(described(held, ("name", name), (MISUSED,), span), ctx)
                    continue
                if method not in NEVER_AWAITED["async-session"]:
                    yield ()
            case _:
                yield ()
