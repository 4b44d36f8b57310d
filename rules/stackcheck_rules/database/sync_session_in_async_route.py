"""Sync session used in an `async def` route or dependency

## Why is this bad?

Everything that is `async def` shares one thread with all other requests. A sync `Session` waits
for the database in that thread: until the rows are there no other request goes on, health checks
included. With twenty requests of 100 ms each, the last one waits for two seconds.

A plain `def` route does not have this problem: FastAPI runs it in a thread of its own, and a
sync session is right there. What is passed to `run_in_threadpool`, `asyncio.to_thread` and their
like runs in a thread as well.

Calls are followed through the project's own functions: a route that hands its session to a service
is reported if the service waits. Where the calls are awaited the annotation is wrong, not the call,
and nothing is reported.

## Example

```python
from collections.abc import AsyncIterator, Iterator

from fastapi import APIRouter, Depends
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

router = APIRouter()
SyncSessionLocal = sessionmaker(create_engine("sqlite:///app.db"))
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


def get_sync_db() -> Iterator[Session]:
    with SyncSessionLocal() as session:
        yield session


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


@router.get("/health")
async def health(db: AsyncSession = Depends(get_db)) -> bool:
    return db.is_active


@router.get("/users")
async def list_users(db: Session = Depends(get_sync_db)) -> list[str]:
    return list(db.scalars(text("SELECT name FROM users")))
```

Use instead:

```python
from collections.abc import AsyncIterator, Iterator

from fastapi import APIRouter, Depends
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

router = APIRouter()
SyncSessionLocal = sessionmaker(create_engine("sqlite:///app.db"))
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


def get_sync_db() -> Iterator[Session]:
    with SyncSessionLocal() as session:
        yield session


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


@router.get("/health")
async def health(db: AsyncSession = Depends(get_db)) -> bool:
    return db.is_active


@router.get("/users")
async def list_users(db: AsyncSession = Depends(get_db)) -> list[str]:
    return list(await db.scalars(text("SELECT name FROM users")))
```

## Fix safety

Unsafe, both ways. Where a project has no async session and nothing is awaited, `async` goes: the function runs in a
thread of its own then, beside others. Where the project's one async session dependency stands beside the sync one and
the function does nothing with its session but call methods, it gets that session, and awaits: relationships that are
not loaded raise `MissingGreenlet` then instead of being loaded. No other fix is offered.

## References

- [FastAPI: concurrency and async / await](https://fastapi.tiangolo.com/async/)
- [SQLAlchemy: asynchronous I/O](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stackcheck import Context, Finding, Kind, Param, Place, Related, Rule, Scope, Span
from stackcheck_rules.analyses.async_projects import async_projects
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.entries import is_entry
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.analyses.session_blocking import Wait
from stackcheck_rules.analyses.session_reads import Uses
from stackcheck_rules.analyses.session_uses import session_uses
from stackcheck_rules.database._async_route import as_plain_function, with_async_session

SHOWN = 5

rule = Rule("STK303", requires=(KINDS, session_uses, dependencies, async_projects))


@rule.on_fact(session_uses)
def check(uses: Uses, ctx: Context) -> Iterator[Finding]:
    function = ctx.outline.scopes[uses.function]
    if not function.is_async or role_of(ctx.file) != "app":
        return
    names = {call.name for call in uses.calls} | {one.name for one in uses.handed}
    sessions = [param for param in function.params if param.name in names and is_sync_session(param, function, ctx)]
    if not sessions or not is_entry(function, ctx):
        return
    for param in sessions:
        waits: tuple[Wait, ...] | None = ctx.fact(session_uses, (ctx.file, function.qualname, param.name))
        if waits:
            related = [Related(Place(ctx.path, wait.span), explained(wait)) for wait in waits[:SHOWN]]
            line, column, *_ = param.span
            name = Span(line, column, line, column + len(param.name))
            fix = None
            if len(sessions) == 1:
                fix = with_async_session(function, param, ctx) or as_plain_function(function, uses.awaits, ctx)
            yield Finding(name, message(function, param, waits, uses.awaits), fix, tuple(related))


def is_sync_session(param: Param, function: Scope, ctx: Context) -> bool:
    """Whether a parameter is certainly a sync session all through its function."""
    kind = ctx.kind(("name", param.name), function.qualname)
    if not kind.certain or not (kind.word == "session" or is_sync_registry(kind, ctx)):
        return False
    match param.default:  # an async provider gives the lie to the annotation
        case ("call", _, (provider, *_), _):
            made = ctx.kind(("call", provider, (), ()), function.parent)
            return (made.args[0] if made.args else made).word != "async-session"
    return True


def is_sync_registry(kind: Kind, ctx: Context) -> bool:
    sync = kind.word == "session-registry" and kind.symbol == "sqlalchemy.orm.scoped_session"
    return sync and all(ctx.instance(made).word == "session" for made in kind.args)


def message(function: Scope, param: Param, waits: Sequence[Wait], awaits: bool) -> str:
    calls = list(dict.fromkeys(f"`{wait.text}`" for wait in waits))
    shown = ", ".join(calls[:3]) + (f" and {len(calls) - 3} more" if len(calls) > 3 else "")
    verb = "stops" if len(calls) == 1 else "stop"
    instead = "`run_in_threadpool`" if awaits else "a plain `def`"
    return (
        f"`{param.name}` is a sync session in `async def {function.name}`: {shown} {verb} every other request "
        f"while the database works; use an `AsyncSession`, or {instead}"
    )


def explained(wait: Wait) -> str:
    return f"waits in `{wait.by_way_of}`" if wait.by_way_of else "waits for the database"
