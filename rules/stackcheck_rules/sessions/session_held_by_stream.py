"""Session held for as long as a response streams

## Why is this bad?

From FastAPI 0.118 on the dependencies of a route live until its response is sent to the end. A route that takes a
session and answers with a stream (server-sent events, a chat, a large download) keeps a connection of the pool for
all that time, needed or not. A few such clients use up the pool, and the next request fails:
`QueuePool limit of size 5 overflow 10 reached, connection timed out`.

Read what the stream needs before it begins, with `Depends(get_db, scope="function")` (from FastAPI 0.121 on), or open
a session in the stream for each look at the database.

The rule is off by default: a stream that is short, or that reads rows all the time, may keep its session.

## Example

```python
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


async def words() -> AsyncIterator[str]:
    yield str(SessionLocal.kw["bind"].pool.checkedout())


@app.get("/words")
async def stream(db: AsyncSession = Depends(get_db)) -> StreamingResponse:
    await db.scalar(text("SELECT 1"))
    return StreamingResponse(words())
```

Use instead:

```python
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


async def words() -> AsyncIterator[str]:
    yield str(SessionLocal.kw["bind"].pool.checkedout())


@app.get("/words")
async def stream(db: AsyncSession = Depends(get_db, scope="function")) -> StreamingResponse:
    await db.scalar(text("SELECT 1"))
    return StreamingResponse(words())
```

## References

- [FastAPI: early exit and scope](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/#early-exit-and-scope)
- [FastAPI 0.118: release notes](https://fastapi.tiangolo.com/release-notes/#01180)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.entries import is_entry
from stackcheck_rules.analyses.handoffs import Handoff, handoffs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.sessions._functions import Function
from stackcheck_rules.sessions._session_params import session_params

STREAMS = {
    "fastapi.responses.StreamingResponse", "starlette.responses.StreamingResponse", "sse_starlette.EventSourceResponse",
    "sse_starlette.sse.EventSourceResponse",
}  # fmt: skip

rule = Rule(
    "STK418",
    requires=(KINDS, handoffs, dependencies),
    versions={"fastapi": "0.118"},
    severity="warning",
    default=False,
)


@rule.on_fact(handoffs)
def check(handoff: Handoff, ctx: Context) -> Iterator[Finding]:
    if not handoff.name.endswith("Response") or ctx.symbol(handoff.called, handoff.scope) not in STREAMS:
        return
    function = Function(ctx, handoff.scope)
    if not handoff.scope or function.scope.form != "function" or not is_entry(function.scope, ctx):
        return
    if not any(function.kind(one.expr).word == "generator" for one in handoff.passed):
        return  # what is at hand already is sent at once
    for given in session_params(function):
        if given.scope != "function" and given.dependency.scope.yields:
            yield Finding(
                handoff.span,
                f"`{given.param.name}` is held until this stream ends: each client keeps a connection of the pool; "
                f"open a session in the stream{short(ctx)}",
            )
            return


def short(ctx: Context) -> str:
    return ', or use `Depends(…, scope="function")`' if ctx.allows("fastapi", "0.121") else ""
