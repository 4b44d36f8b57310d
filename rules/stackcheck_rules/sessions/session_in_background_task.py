"""Session of a request handed to a background task

## Why is this bad?

A background task runs when the response is sent, and the session belongs to the request.

- From FastAPI 0.118 on the dependency is still open then: it commits after the task, which does not see what the
  request has written from another session, and the connection is kept until the last task is done. With
  `Depends(get_db, scope="function")` the session is closed already, as in the next case.
- From FastAPI 0.106 to 0.117 the session is closed before the task begins. It opens again at the task's first
  statement, and nobody closes it: its transaction stays open, its connection out of the pool.

Hand over what the task needs to know, such as an id, and open a session in the task.

FastAPI before 0.106 closed the session after the tasks; a project that stays below it is not reported.

## Example

```python
from collections.abc import AsyncIterator

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session
        await session.commit()


async def count(db: AsyncSession) -> None:
    await db.scalar(text("SELECT 1"))


@app.post("/users")
async def add_user(tasks: BackgroundTasks, db: AsyncSession = Depends(get_db)) -> None:
    tasks.add_task(count, db)
```

Use instead:

```python
from collections.abc import AsyncIterator

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session
        await session.commit()


async def count() -> None:
    async with SessionLocal() as db:
        await db.scalar(text("SELECT 1"))


@app.post("/users")
async def add_user(tasks: BackgroundTasks, db: AsyncSession = Depends(get_db)) -> None:
    await db.commit()
    tasks.add_task(count)
```

## References

- [FastAPI: dependencies with yield and background tasks](https://fastapi.tiangolo.com/advanced/advanced-dependencies/#background-tasks-and-dependencies-with-yield-technical-details)
- [FastAPI 0.118: release notes](https://fastapi.tiangolo.com/release-notes/#01180)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule, Span
from stackcheck_rules.analyses.handoffs import Handoff, handoffs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.sessions._functions import Function
from stackcheck_rules.sessions._handed_sessions import is_of_request, sessions_in
from stackcheck_rules.sessions._task_sessions import sessions_of

SESSIONS = {"session", "async-session", "connection", "async-connection"}
TASKS = {"starlette.background.BackgroundTask", "fastapi.background.BackgroundTask"}

rule = Rule("STK416", requires=(KINDS, handoffs), severity="warning")


@rule.on_fact(handoffs)
def check(handoff: Handoff, ctx: Context) -> Iterator[Finding]:
    if not is_background(handoff, ctx) or role_of(ctx.file) != "app" or ctx.stays_below("fastapi", "0.106"):
        return
    for name, span in [*passed_sessions(handoff, ctx), *held_sessions(handoff, ctx)]:
        yield Finding(
            span,
            f"`{name}` belongs to the request, and the task runs after the response: {trouble(name, handoff, ctx)}; "
            "pass ids, and open a session in the task",
        )


def passed_sessions(handoff: Handoff, ctx: Context) -> Iterator[tuple[str, Span]]:
    for name, passed, _ in sessions_in(handoff, SESSIONS, ctx):
        yield name, passed.span


def held_sessions(handoff: Handoff, ctx: Context) -> Iterator[tuple[str, Span]]:
    """Sessions of the object whose method is the task: `tasks.add_task(repo.send)`."""
    first = handoff.passed[0]
    if first.expr[0] == "attr" and handoff.scope and ctx.outline.scopes[handoff.scope].form == "function":
        for file, scope, path in sessions_of(("call", first.expr, (), ()), Function(ctx, handoff.scope)):
            if file == ctx.file and is_of_request(path[0], scope, ctx):
                yield ".".join(path), first.span


def is_background(handoff: Handoff, ctx: Context) -> bool:
    if handoff.name == "BackgroundTask":
        return ctx.symbol(handoff.called, handoff.scope) in TASKS
    if handoff.name != "add_task" or handoff.called[0] != "attr":
        return False
    return ctx.kind(handoff.called[1], handoff.scope).word == "background-tasks"


def trouble(name: str, handoff: Handoff, ctx: Context) -> str:
    closed = "it is closed by then, opens again, and nobody gives its connection back"
    bindings = ctx.outline.scopes[handoff.scope].bindings.get(name, ()) if handoff.scope else ()
    if any(binding.expr[0] == "enter" for binding in bindings) or ctx.stays_below("fastapi", "0.118"):
        return closed
    if ctx.allows("fastapi", "0.118"):
        return "before the dependency commits, with the connection kept until all tasks are done"
    return f"from FastAPI 0.118 on before the dependency commits, with the connection kept; before, {closed}"
