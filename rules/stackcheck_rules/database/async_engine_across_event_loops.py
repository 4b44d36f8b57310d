"""Engine of a module in a task that starts an event loop each time

## Why is this bad?

A pool keeps connections for the next user, and a connection of asyncpg belongs to the event loop that opened it.
`asyncio.run` makes a loop and closes it at the end: the second task in the same worker gets a connection
of the first one's loop and fails with `RuntimeError: … got Future … attached to a different loop` or `Event loop is
closed`. The first always works, and so does a test that runs one.

Give the worker an engine with `poolclass=NullPool`, or dispose of the engine at the end of the coroutine, or use a
sync engine in sync tasks.

Tasks of Celery, Dramatiq, Huey and RQ are looked at. What their coroutine calls is followed through the project's
functions, as far as these are known by name.

## Example

```python
import asyncio

from celery import shared_task
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("postgresql+asyncpg://localhost/app")
AsyncSessionLocal = async_sessionmaker(engine, expire_on_commit=False)


async def clean() -> None:
    async with AsyncSessionLocal.begin() as session:
        await session.execute(text("DELETE FROM tokens"))


@shared_task
def clean_tokens() -> None:
    asyncio.run(clean())
```

Use instead:

```python
import asyncio

from celery import shared_task
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

engine = create_async_engine("postgresql+asyncpg://localhost/app", poolclass=NullPool)
AsyncSessionLocal = async_sessionmaker(engine, expire_on_commit=False)


async def clean() -> None:
    async with AsyncSessionLocal.begin() as session:
        await session.execute(text("DELETE FROM tokens"))


@shared_task
def clean_tokens() -> None:
    asyncio.run(clean())
```

## References

- [SQLAlchemy: using multiple asyncio event loops](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#using-multiple-asyncio-event-loops)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule, dotted
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.loop_starts import LoopStart, loop_starts
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.database._task_engines import engine_reached, is_task

STARTERS = {"asgiref.sync.async_to_sync", "asyncio.run"}

rule = Rule("STK318", requires=(KINDS, loop_starts), severity="warning")


@rule.on_fact(loop_starts)
def check(start: LoopStart, ctx: Context) -> Iterator[Finding]:
    if role_of(ctx.file) != "app" or not is_task(ctx.outline.scopes[start.scope], ctx):
        return
    if ctx.symbol(start.starter, start.scope) not in STARTERS and start.starter[-1] != "run_until_complete":
        return
    coroutine = ctx.kind(start.callee, start.scope)
    engine = engine_reached(coroutine, ctx) if coroutine.word == "function" and coroutine.file else ""
    if engine:
        message = f"`{dotted(start.callee)}` uses `{engine}`, whose pool keeps connections of the event loop before"
        yield Finding(start.at, f"{message}: the second run of this task raises; use `poolclass=NullPool`")
