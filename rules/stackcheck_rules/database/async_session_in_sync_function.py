"""Async session used in a plain `def`

## Why is this bad?

A plain `def` cannot await, so whatever an `AsyncSession` does there stays a coroutine:

- A route that returns `db.get(User, 1)` answers 500: FastAPI cannot turn a coroutine into JSON.
- `db.execute(query).scalars()` raises `AttributeError: 'coroutine' object has no attribute 'scalars'`.
- `db.commit()` stores nothing, and `db.close()` in a dependency gives no connection back. Python only warns
  `RuntimeWarning: coroutine 'AsyncSession.commit' was never awaited`.

The first such call of each function is reported. A function that hands the coroutine to whoever calls it, to be
awaited there, is left alone; so is one that `run_sync` calls, which gets a sync session.

## Example

```python
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

router = APIRouter()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


@router.get("/users")
def list_users(db: AsyncSession = Depends(get_db)) -> list[str]:
    return db.scalars(text("SELECT 'Ada'")).all()
```

Use instead:

```python
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

router = APIRouter()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


@router.get("/users")
async def list_users(db: AsyncSession = Depends(get_db)) -> list[str]:
    return (await db.scalars(text("SELECT 'Ada'"))).all()
```

## Fix safety

Unsafe: FastAPI ran the function in a thread of its own and runs it on the event loop then, where anything else in it
that blocks stops all other requests; and code that calls the function itself must await it. Offered for routes and
dependencies that FastAPI calls, where `await` can stand before every such call.

## References

- [SQLAlchemy: asynchronous I/O](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html)
- [FastAPI: concurrency and async / await](https://fastapi.tiangolo.com/async/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stackcheck import Context, Finding, Fix, Place, Related, Rule, Scope, Span, dotted
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.entries import is_entry
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.unawaited_calls import UnawaitedCall, unawaited_calls
from stackcheck_rules.database._await_edits import await_edits
from stackcheck_rules.database._coroutines import is_wrong, makes_coroutine
from stackcheck_rules.sqlalchemy._call_edits import extent

SHOWN = 5

rule = Rule("STK310", requires=(KINDS, unawaited_calls, dependencies))


@rule.on_fact(unawaited_calls)
def check(call: UnawaitedCall, ctx: Context) -> Iterator[Finding]:
    function = ctx.outline.scopes[call.scope]
    if function.is_async or not makes_coroutine(call, ctx):
        return
    near = [one for one in ctx.facts(unawaited_calls) if one.scope == call.scope and makes_coroutine(one, ctx)]
    calls = sorted(near, key=lambda one: one.at)
    wrong = [one for one in calls if any(is_wrong(fate, one, ctx) for fate in one.fates)]
    if call not in wrong[:1] or re.search(rf"run_sync\(\s*(?:\w+\.)*{function.name}\b", ctx.text):
        return
    called = f"`{dotted(call.written) or '…'}.{call.name}()`"
    message = f"{called} makes a coroutine, and `def {function.name}` cannot await it; use `async def` and `await`"
    related = [Related(Place(ctx.path, one.at), "not awaited either") for one in wrong[1:SHOWN]]
    yield Finding(call.at, message, made_async(function, calls, ctx) if wrong == calls else None, tuple(related))


def made_async(function: Scope, calls: Sequence[UnawaitedCall], ctx: Context) -> Fix | None:
    """`async def` with an `await` before each call; a generator that says so needs another annotation."""
    awaits = [await_edits(call, ctx) for call in calls]
    if not all(awaits) or not is_entry(function, ctx) or (function.yields and function.returns != ("other",)):
        return None
    start = extent(function.span, ctx).start
    keyword = re.compile(r"\bdef\b").search(ctx.text, start)
    if keyword is None or "\n" in ctx.text[start : keyword.start()]:
        return None
    made = ctx.edits([(Span(function.span.line, function.span.column, *function.span[:2]), "async ")])
    edits = (*made, *(edit for one in awaits for edit in one))
    return Fix(edits, "Make it `async def` and await what it calls", applicability="unsafe")
