"""Factory of sync sessions around an async engine

## Why is this bad?

`sessionmaker(engine)` makes sync sessions, also of an async engine. The first statement raises
`AsyncContextNotStarted: AsyncConnection context has not been started and object has not been awaited`, and `async with`
does not know such a session. `async_sessionmaker` makes an `AsyncSession`; up to SQLAlchemy 1.4 that is
`sessionmaker(engine, class_=AsyncSession)`.

`Session(engine)` with an async engine has the same end.

## Example

```python
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import sessionmaker

engine = create_async_engine("sqlite+aiosqlite:///app.db")
SessionLocal = sessionmaker(bind=engine)
```

Use instead:

```python
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///app.db")
SessionLocal = async_sessionmaker(bind=engine, expire_on_commit=False)
```

## Fix safety

Safe: no session of such a factory ever worked. `expire_on_commit=False` is added, as
`expire-on-commit-default` (STK424) wants it. No fix is offered for `Session(engine)`, whose use has to change with it.

## References

- [`async_sessionmaker`](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#sqlalchemy.ext.asyncio.async_sessionmaker)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.expected_failures import expected_failures
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.sqlalchemy._call_edits import function_span, replaced, with_argument, without_argument

SESSIONS = {"sqlalchemy.orm.Session", "sqlmodel.Session"}
FACTORY = "sqlalchemy.orm.sessionmaker"

rule = Rule("STK317", requires=(KINDS, database_makers), versions={"sqlalchemy": "1.4"}, outside=(expected_failures,))


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    symbol = ctx.symbol(call.function, call.scope)
    bind, cls = call.argument(0, "bind"), call.argument(1, "class_")
    if symbol not in {FACTORY, *SESSIONS} or bind is None or not call.whole_known:
        return
    engine = ctx.kind(bind.expr, call.scope)
    if engine.word != "async-engine" or not engine.certain:
        return
    if symbol in SESSIONS:
        yield Finding(call.at, "a `Session` cannot wait for an async engine: its first statement raises")
    elif cls is None or is_sync(cls, call, ctx):
        message = "`sessionmaker` makes sync sessions of this async engine: their first statement raises"
        yield Finding(call.at, f"{message}; use `async_sessionmaker`", fix_of(call, cls, ctx))


def is_sync(cls: Argument, call: Call, ctx: Context) -> bool:
    kind = ctx.kind(cls.expr, call.scope)
    return kind.word == "class" and ctx.instance(kind).word == "session"


def fix_of(call: Call, cls: Argument | None, ctx: Context) -> Fix | None:
    new = ctx.name("sqlalchemy.ext.asyncio.async_sessionmaker", call.scope)
    if cls is not None and ctx.symbol(cls.expr, call.scope) not in SESSIONS:
        return None  # a class of the project's own: it needs another base
    if new is None or not ctx.allows("sqlalchemy", "2.0"):
        return None
    edits = [replaced(function_span(call), new.code, ctx)]
    if cls is not None:
        gone = without_argument(cls, call, ctx)
        edits += [gone] if gone else []
    if call.argument(-1, "expire_on_commit") is None:
        added = with_argument(call, "expire_on_commit=False", ctx)
        edits += [added] if added else []
    return Fix(tuple(edits), "Use `async_sessionmaker`", new.requests)
