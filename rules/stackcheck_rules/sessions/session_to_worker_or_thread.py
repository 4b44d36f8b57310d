"""Session handed to a worker, a thread or another process

## Why is this bad?

- What goes into a queue or to another process is serialised, and a session cannot be: `Object of type AsyncSession is
  not JSON serializable`, `cannot pickle …`.
- An `AsyncSession` works in its event loop only. In a thread its methods give coroutines that nobody awaits, and its
  sync session raises `MissingGreenlet`.

Hand over ids, and open a session where the work is done. A sync session in `run_in_threadpool` or
`asyncio.to_thread` that the caller waits for is right.

## Example

```python
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


def count(db: AsyncSession) -> int:
    return db.sync_session.scalar(text("SELECT 1"))


@app.get("/total")
async def total(db: AsyncSession = Depends(get_db)) -> int:
    return await run_in_threadpool(count, db)
```

Use instead:

```python
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


def count(db: Session) -> int:
    return db.scalar(text("SELECT 1"))


@app.get("/total")
async def total(db: AsyncSession = Depends(get_db)) -> int:
    return await db.run_sync(count)
```

## References

- [SQLAlchemy: running synchronous methods under asyncio](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#running-synchronous-methods-and-functions-under-asyncio)
- [SQLAlchemy: is the Session thread-safe?](https://docs.sqlalchemy.org/en/21/orm/session_basics.html#is-the-session-thread-safe-is-asyncsession-safe-to-share-in-concurrent-tasks)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.handoffs import Handoff, handoffs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.sessions._handed_sessions import sessions_in

ASYNC = {"async-session", "async-connection"}
ALL = ASYNC | {"session", "connection"}
QUEUES = {"apply_async", "delay", "kiq", "send", "send_with_options"}  # methods of a task: a function with a decorator
THREADS = {
    "anyio.to_thread.run_sync", "asyncio.to_thread", "fastapi.concurrency.run_in_threadpool", "threading.Thread",
}  # fmt: skip
PROCESSES = {"multiprocessing.Process", "anyio.to_process.run_sync"}
IN_THREAD = "an `AsyncSession` works in its event loop only; use `run_sync`, or open a session in the thread"
ELSEWHERE = "a session cannot be serialised; pass ids, and open one there"

rule = Rule("STK417", requires=(KINDS, handoffs))


@rule.on_fact(handoffs)
def check(handoff: Handoff, ctx: Context) -> Iterator[Finding]:
    goes = destination(handoff, ctx)
    for name, passed, _ in sessions_in(handoff, ASYNC if goes == "a thread" else ALL, ctx) if goes else ():
        yield Finding(passed.span, f"`{name}` goes to {goes}: {IN_THREAD if goes == 'a thread' else ELSEWHERE}")


def destination(handoff: Handoff, ctx: Context) -> str:
    """Where what a call passes on is used; empty if that is here, or unknown."""
    symbol = ctx.symbol(handoff.called, handoff.scope)
    if symbol in THREADS:
        return "a thread"
    if symbol in PROCESSES:
        return "another process"
    if handoff.called[0] != "attr":
        return ""
    receiver = ctx.kind(handoff.called[1], handoff.scope)
    if handoff.name in QUEUES:
        task = ctx.scope(receiver) if receiver.word == "function" else None
        return "a worker" if task is not None and task.decorators else ""
    match receiver.word, handoff.name:
        case "event-loop", "run_in_executor":
            return "a thread"
        case "thread-pool", "submit":
            return "a thread"
        case "process-pool", "submit":
            return "another process"
    return "a worker" if receiver.symbol == "rq.Queue" and handoff.name == "enqueue" else ""
