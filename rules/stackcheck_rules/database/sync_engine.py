"""Sync engine in an application of FastAPI

## Why is this bad?

FastAPI serves all `async def` routes in one thread. A sync engine can be used from plain `def` routes only, each of
which occupies a thread of the pool while the database works, forty of them by default; in an `async def` it holds up
every other request (`sync-session-in-async-route`, STK303). With an async engine no request waits for another, and
no thread is needed.

It is a decision of the whole project, so that only the engine itself is reported, at the level of a module
that the server loads: not in scripts, migrations and tests, and not in functions, which often serve another database.

## Example

```python
from fastapi import FastAPI
from sqlalchemy import create_engine

app = FastAPI()
engine = create_engine("sqlite:///app.db")
```

Use instead:

```python
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

app = FastAPI()
engine = create_async_engine("sqlite+aiosqlite:///app.db")
```

## References

- [SQLAlchemy: asynchronous I/O](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html)
- [FastAPI: concurrency and async / await](https://fastapi.tiangolo.com/async/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.served import is_served, served
from stackcheck_rules.database._drivers import FOR_ASYNCIO, ONLY_ASYNC, scheme_of
from stackcheck_rules.database._urls import urls_of

rule = Rule("STK305", requires=(KINDS, database_makers, served), versions={"sqlalchemy": "1.4"}, severity="info")


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    if call.scope or ctx.symbol(call.function, call.scope) != "sqlalchemy.create_engine" or not is_served(ctx):
        return
    url = call.argument(0, "url")
    schemes = [scheme_of(found.text) for found in urls_of(url.expr, call.scope, ctx)] if url is not None else []
    if "AsyncEngine(" in ctx.text or any(scheme and scheme.driver in ONLY_ASYNC for scheme in schemes):
        return  # wrapped, or wrong in another way: STK307
    if schemes and all(scheme and scheme.dialect not in FOR_ASYNCIO for scheme in schemes):
        return  # of a database for which there is no async driver
    yield Finding(call.at, "a sync engine serves plain `def` routes only, a thread for each; use `create_async_engine`")
