"""One session used by several tasks at once

## Why is this bad?

An `AsyncSession` or an `AsyncConnection` is one transaction on one connection, and does one thing at a time. Two
tasks that use it side by side, in `asyncio.gather`, in a task group or as tasks of their own, work while the
session already holds a connection or the pool has an idle one at hand. Otherwise, in production under load,
one of them fails with `InvalidRequestError: This session is provisioning a new connection; concurrent operations
are not permitted`, with asyncpg's `InterfaceError: cannot perform operation: another operation is in progress`, or
with `IllegalStateChangeError` where one closes it. Tests seldom see any of this.

Nothing is gained by it either: one connection runs one statement after the other. Await one after the other, or
let each task open a session of its own.

Calls are followed through the project's own functions, through inner functions and through objects that were made
with the session. One task with a session beside others without it is right, and so are tasks that take a lock.

## Example

```python
import asyncio

from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

router = APIRouter()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db():
    async with SessionLocal() as session:
        yield session


@router.get("/totals")
async def totals(db: AsyncSession = Depends(get_db)) -> list[int]:
    users, posts = await asyncio.gather(db.scalar(text("SELECT 1")), db.scalar(text("SELECT 2")))
    return [users, posts]
```

Use instead:

```python
from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

router = APIRouter()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db():
    async with SessionLocal() as session:
        yield session


@router.get("/totals")
async def totals(db: AsyncSession = Depends(get_db)) -> list[int]:
    users, posts = await db.scalar(text("SELECT 1")), await db.scalar(text("SELECT 2"))
    return [users, posts]
```

Or a session for each of them:

```python
async def total(statement: str) -> int:
    async with SessionLocal() as session:
        return await session.scalar(text(statement))


users, posts = await asyncio.gather(total("SELECT 1"), total("SELECT 2"))
```

## Fix safety

Calls that stand in `await asyncio.gather(…)` are awaited one after the other. That is unsafe: what else is in the
`gather` waits as well, and the first failure keeps the rest from running. Nothing is offered where the
calls come from a list or a comprehension, with `return_exceptions`, and for tasks.

## References

- [SQLAlchemy: using AsyncSession with concurrent tasks](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#using-asyncsession-with-concurrent-tasks)
- [SQLAlchemy: this session is provisioning a new connection](https://docs.sqlalchemy.org/en/21/errors.html#illegalstatechangeerror-and-concurrency-exceptions)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stackcheck import Context, Finding, Place, Related, Rule
from stackcheck_rules.analyses.concurrent_tasks import Group, Task, concurrent_tasks
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.entries import is_entry
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.sessions._functions import Function, body_of
from stackcheck_rules.sessions._gather_fix import one_after_the_other
from stackcheck_rules.sessions._overlaps import at_once
from stackcheck_rules.sessions._task_sessions import Session, call_of, sessions_of

ASYNCIO = {"as_completed", "create_task", "ensure_future", "gather", "wait"}
AT_ONCE = {"as_completed", "gather", "wait"}
TROUBLE = (
    "it works while the session has a connection or the pool an idle one, and fails otherwise "
    "(`This session is provisioning a new connection`, `another operation is in progress`)"
)

rule = Rule("STK415", requires=(KINDS, concurrent_tasks, dependencies))


@rule.on_fact(concurrent_tasks)
def check(group: Group, ctx: Context) -> Iterator[Finding]:
    if not runs_at_once(group, ctx):
        return
    function = Function(ctx, group.function)
    users: dict[Session, list[Task]] = {}
    for task in group.tasks:
        for session in dict.fromkeys(sessions_of(call_of(task), function)):
            if not is_fresh(session, task, function):
                users.setdefault(session, []).append(task)
    for session, tasks in users.items():
        found = at_once(tasks) if is_one(session, group, function) else ()
        name = ".".join(session[2])
        if found:
            related = [Related(Place(ctx.path, task.span), f"uses `{name}`") for task in found]
            at = group.span if group.way in AT_ONCE else found[-1].span
            yield Finding(at, message(name, found), one_after_the_other(group, ctx), related=tuple(related))
        elif tasks[0].left and session[1] == group.function and is_entry(function.scope, ctx):
            yield Finding(tasks[0].span, outliving(name))


def runs_at_once(group: Group, ctx: Context) -> bool:
    if group.way in ASYNCIO and ctx.symbol(group.spawner, group.function) == f"asyncio.{group.way}":
        return True
    receiver = group.spawner[1] if group.spawner[0] == "attr" else ("other",)
    return group.way not in AT_ONCE and ctx.kind(receiver, group.function).word in {"task-group", "event-loop"}


def is_fresh(session: Session, task: Task, function: Function) -> bool:
    """Whether each round of a loop has a session of its own."""
    return session[1] == function.name and session[2][0] in task.fresh


def is_one(session: Session, group: Group, function: Function) -> bool:
    """Whether a name holds one session in all that is at hand: else each `with` block may have its own."""
    if session[1] != function.name:
        return True
    given = any(param.name == session[2][0] for param in function.scope.params)
    inside = group.way in AT_ONCE and all(task.span.line >= group.span.line for task in group.tasks)
    return inside or body_of(function).bound.get(session[2][0], 0) + given <= 1


def message(name: str, tasks: Sequence[Task]) -> str:
    count = "several tasks" if len(tasks) == 1 else f"{len(tasks)} tasks"
    return f"`{name}` is used by {count} at once: {TROUBLE}; await one after the other, or open a session in each task"


def outliving(name: str) -> str:
    return (
        f"this task goes on with `{name}` after the request, which closes it: the task loses its transaction, "
        "or holds a connection that nobody gives back; let it open a session of its own"
    )
