"""Sync database call that an `async def` reaches through other functions

## Why is this bad?

A function that waits for the database in a sync way holds up whoever calls it. Called in an `async def`, that is the
event loop with all other requests: none of them goes on until the rows are there, health checks included.
The call does not show it, since the session is opened in a service, or in what the service calls.

The project's own functions are followed to the call that waits, by the shortest way, which the message names. What is
passed to `run_in_threadpool`, `asyncio.to_thread` and their like is not called there and not reported; nor are
lifespans and startup handlers, which run before there are requests. With `all-calls`, `time.sleep`, `requests.get`,
`subprocess.run` and their like are followed as well. A session that the `async def` opens or gets
itself is the matter of STK302 and STK303.

## Example

```python
from fastapi import APIRouter
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

router = APIRouter()
SessionLocal = sessionmaker(create_engine("sqlite:///app.db"))


def load_names() -> list[str]:
    with SessionLocal() as session:
        return list(session.scalars(text("SELECT name FROM users")))


@router.get("/users")
async def list_users() -> list[str]:
    return load_names()
```

Use instead:

```python
from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

router = APIRouter()
SessionLocal = sessionmaker(create_engine("sqlite:///app.db"))


def load_names() -> list[str]:
    with SessionLocal() as session:
        return list(session.scalars(text("SELECT name FROM users")))


@router.get("/users")
async def list_users() -> list[str]:
    return await run_in_threadpool(load_names)
```

## References

- [FastAPI: concurrency and async / await](https://fastapi.tiangolo.com/async/)
- [SQLAlchemy: asynchronous I/O](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stackcheck import Context, Finding, Option, Rule
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.served import is_served, served
from stackcheck_rules.analyses.sync_calls import DATABASE, ELSE, Calls, Waiting, sync_calls, written
from stackcheck_rules.database._startup import is_startup

SHOWN = 6
WAITS = {DATABASE: "waits for the database", ELSE: "blocks"}

rule = Rule(
    "STK304",
    requires=(KINDS, sync_calls, served),
    options={"all-calls": Option(False, "Whether to report what sleeps, asks other servers or runs programs, too")},
    severity="warning",
)


@rule.on_fact(sync_calls)
def check(calls: Calls, ctx: Context) -> Iterator[Finding]:
    function = ctx.outline.scopes[calls.function]
    if not function.is_async or not is_served(ctx) or is_startup(function, ctx):
        return
    for called in calls.calls:
        kind = ctx.kind(called.callee, calls.function) if not called.awaited else None
        if kind is None or kind.word != "function" or not kind.certain:
            continue
        for word, what in WAITS.items():
            waiting: Waiting | None = ctx.fact(sync_calls, (kind.file, kind.symbol, word))
            if waiting is not None and (word == DATABASE or ctx.options["all-calls"]):
                way = [written(called.callee), *waiting.way, waiting.sink]
                yield Finding(called.at, message(function.name, what, way))
                break


def message(function: str, what: str, way: Sequence[str]) -> str:
    shown = way if len(way) <= SHOWN else [*way[: SHOWN - 2], "…", way[-1]]
    return (
        f"`{' → '.join(shown)}` {what} in `async def {function}`, and every other request with it; "
        "call it in a thread (`run_in_threadpool`) or make it async"
    )
