"""Sync database call in an `async def`

## Why is this bad?

Everything that is `async def` shares one thread with all other requests. `session.execute()` of a sync session,
`connection.commit()` or a cursor's `fetchall()` wait for the database in that thread: until the rows are there no other
request goes on, health checks included. It is the same with a `sqlite3`, `psycopg2` or `pymysql` connection.

The first such call of each function is reported. What is passed to `run_in_threadpool`, `asyncio.to_thread` and their
like runs in a thread, and what `run_sync` calls gets a sync session on purpose: neither is reported. Sessions that are
parameters of routes and dependencies are the matter of STK303, calls by way of other functions that of STK304. Scripts,
migrations, tests and whatever no route reaches may wait as they like; so may lifespans and startup handlers.

## Example

```python
from fastapi import APIRouter
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

router = APIRouter()
SessionLocal = sessionmaker(create_engine("sqlite:///app.db"))


@router.get("/users")
async def list_users() -> list[str]:
    with SessionLocal() as session:
        return list(session.scalars(text("SELECT name FROM users")))
```

Use instead:

```python
from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

router = APIRouter()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


@router.get("/users")
async def list_users() -> list[str]:
    async with SessionLocal() as session:
        return list(await session.scalars(text("SELECT name FROM users")))
```

## References

- [FastAPI: concurrency and async / await](https://fastapi.tiangolo.com/async/)
- [SQLAlchemy: asynchronous I/O](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Place, Related, Rule, Scope, root_name
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.entries import is_entry
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.served import is_served, served
from stackcheck_rules.analyses.sync_calls import CONNECTING, WAITING, Called, Calls, sync_calls, written
from stackcheck_rules.database._coroutines import word_of
from stackcheck_rules.database._startup import is_startup

SHOWN = 5

rule = Rule("STK302", requires=(KINDS, sync_calls, served, dependencies))


@rule.on_fact(sync_calls)
def check(calls: Calls, ctx: Context) -> Iterator[Finding]:
    function = ctx.outline.scopes[calls.function]
    if not function.is_async or not is_served(ctx) or is_startup(function, ctx):
        return
    awaited = {root_name(called.callee) for called in calls.calls if called.awaited}
    given = {param.name for param in function.params} if is_entry(function, ctx) else set()
    waits = [
        one for one in calls.calls if root_name(one.callee) not in awaited | given and is_waiting(one, function, ctx)
    ]
    if waits:
        related = [Related(Place(ctx.path, one.at), "waits for the database") for one in waits[1:SHOWN]]
        message = (
            f"`{written(waits[0].callee)}` waits for the database in `async def {function.name}`, and every other "
            "request with it; use an async session or driver, or a thread (`run_in_threadpool`)"
        )
        yield Finding(waits[0].at, message, related=tuple(related))


def is_waiting(called: Called, function: Scope, ctx: Context) -> bool:
    """Whether a call waits for a database: a method of a sync session or connection, or a driver's `connect`."""
    match called.callee:
        case ("attr", owner, name) if ctx.symbol(owner, function.qualname) == "":
            kind = ctx.kind(owner, function.qualname)
            return kind.certain and name in WAITING.get(word_of(kind), ())
    return ctx.symbol(called.callee, function.qualname) in CONNECTING
