"""Which tasks of workers there are, and which engine of a module the coroutine of one reaches."""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Kind, Scope, dotted
from stackcheck_rules.analyses.outer_names import imported_names, outer_uses
from stackcheck_rules.database._urls import urls_of
from stackcheck_rules.sqlalchemy._url_texts import bound_to

# Decorators of tasks, and classes whose instances have a decorator `task` or `job`.
TASKS = {"celery.shared_task", "celery.app.shared_task", "dramatiq.actor", "rq.decorators.job"}
APPLICATIONS = {"celery.Celery", "celery.app.Celery", "celery.app.base.Celery", "huey.Huey", "huey.RedisHuey",
                "huey.SqliteHuey"}  # fmt: skip
DECORATORS = {"task", "periodic_task", "job"}
FACTORIES = {"sqlalchemy.ext.asyncio.async_sessionmaker", "sqlalchemy.orm.sessionmaker"}
MAKER = "sqlalchemy.ext.asyncio.create_async_engine"
MOST = 40  # functions that are looked into


def is_task(function: Scope, ctx: Context) -> bool:
    """Whether a function is a task, which a worker calls again and again in one process."""
    for decorator in function.decorators:
        called = decorator[1] if decorator[0] == "call" else decorator
        if ctx.symbol(called, function.parent) in TASKS:
            return True
        match called:
            case ("attr", application, name) if name in DECORATORS:
                made, scope, file = bound_to(application, function.parent, ctx, "")
                if made[0] == "call" and ctx.symbol(made[1], scope, file) in APPLICATIONS:
                    return True
    return False


def engine_reached(start: Kind, ctx: Context) -> str:
    """The name of a module's pooled engine, or of a factory on one, that a coroutine uses by its own code or others'.

    Empty if none is known, or if something on the way disposes of an engine.
    """
    waiting, seen, found = [start], {start}, ""
    while waiting and len(seen) <= MOST:
        function = waiting.pop()
        there = ctx.of(function.file)
        for expr in names_in(function.symbol, there):
            if expr[-1] == "dispose":
                return ""
            kind = there.kind(expr, function.symbol)
            if kind.word == "function" and kind.file and kind not in seen:
                seen.add(kind)
                waiting.append(kind)
            elif kind.word in {"factory", "async-engine"} and not found and has_pool(expr, function.symbol, there):
                found = dotted(expr)
    return found


def names_in(function: str, there: Context) -> Iterator[Expr]:
    """The outer names that a function uses, with their attributes."""
    roots = {*there.outline.module.bindings, *(name for _, name in imported_names(there.outline))}
    yield from (use.expr for use in outer_uses(there, frozenset(roots)) if use.function == function)


def has_pool(name: Expr, scope: str, ctx: Context) -> bool:
    """Whether a name at module level is an engine with a pool for a driver that binds connections to their loop."""
    made, home, file = bound_to(name, scope, ctx, "")
    match made:
        case ("call", function, positional, words) if ctx.symbol(function, home, file) in FACTORIES:
            bind = dict(words).get("bind", positional[0] if positional else ("other",))
            made, home, file = bound_to(bind, home, ctx, file) if bind[0] in {"name", "attr"} else (bind, home, file)
    match made:
        case ("call", function, positional, words) if ctx.symbol(function, home, file) == MAKER and not home:
            given = dict(words)
            url = given.get("url", positional[0] if positional else ("other",))
            local = any(one.text.startswith("sqlite") for one in urls_of(url, home, ctx, file))
            return not local and not given.keys() & {"", "poolclass"}
    return False
