"""Scoped session around a factory of async sessions

## Why is this bad?

`scoped_session` keeps one session for each thread. Under asyncio all tasks run in one thread, so that
concurrent requests share a session, and its transaction. SQLAlchemy warns of it and says that it will
raise; `async_scoped_session` asks which task it is in. A session that is passed on, as by FastAPI's
`Depends`, needs neither.

## Example

```python
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import scoped_session, sessionmaker

engine = create_async_engine("sqlite+aiosqlite://")
factory = sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
Session = scoped_session(factory)
```

Use instead:

```python
from asyncio import current_task

from sqlalchemy.ext.asyncio import async_scoped_session, async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite://")
factory = async_sessionmaker(engine, expire_on_commit=False)
Session = async_scoped_session(factory, scopefunc=current_task)
```

## References

- [Using asyncio scoped session](https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#using-asyncio-scoped-session)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches

rule = Rule(
    "STK237",
    requires=(KINDS, database_makers),
    versions={"sqlalchemy": "1.4"},
    severity="warning",
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    factory = call.argument(0, "session_factory")
    if factory is None or ctx.symbol(call.function, call.scope) != "sqlalchemy.orm.scoped_session":
        return
    made = ctx.kind(factory.expr, call.scope)
    if made.word == "factory" and made.certain and [one.word for one in made.args] == ["async-session"]:
        message = "`scoped_session` gives all tasks of a thread one async session; use `async_scoped_session`"
        yield Finding(call.whole, message)
