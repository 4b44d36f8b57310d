"""Call of an async session, connection or engine that is not awaited

## Why is this bad?

The methods of an `AsyncSession` make coroutines. Until one is awaited, nothing happens:

- `db.commit()` as a statement stores nothing. The request answers 200, and Python only warns
  `RuntimeWarning: coroutine 'AsyncSession.commit' was never awaited`.
- `db.execute(query).scalars()` raises `AttributeError: 'coroutine' object has no attribute 'scalars'`; so does
  `await db.execute(query).scalars()`, which awaits the wrong thing.
- `if db.get(User, 1) is None` never holds, and `for user in db.scalars(query)` raises `TypeError`.
- `db.close()` in a `finally` gives no connection back: once the pool is empty, every request waits and fails.

Sessions, connections, engines and streamed results are followed through annotations, aliases, dependencies, factories
and attributes, in whatever file they are made. What is handed to `asyncio.gather`, `create_task` and their like is
awaited there; what is kept in a name counts by what is done with the name. Where it is not certain that the value is
needed and not the coroutine, nothing is reported.

`db.query(…)`, which no async session has, is reported with all other queries of 1.x, by STK210 to STK220.

## Example

```python
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


async def add_user(db: AsyncSession, name: str) -> list[str]:
    db.add(User(name=name))
    db.commit()
    users = await db.scalars(select(User)).all()
    return [user.name for user in users]
```

Use instead:

```python
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


async def add_user(db: AsyncSession, name: str) -> list[str]:
    db.add(User(name=name))
    await db.commit()
    users = (await db.scalars(select(User))).all()
    return [user.name for user in users]
```

## Fix safety

Safe: what is reported fails, or does nothing, in any case. No fix is offered in a `lambda` and in a generator
expression, where `await` cannot stand or would make something else of it.

## References

- [SQLAlchemy: asynchronous I/O](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html)
- [Python: coroutines and tasks](https://docs.python.org/3/library/asyncio-task.html#coroutines)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, dotted
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.unawaited_calls import UnawaitedCall, unawaited_calls
from stackcheck_rules.database._await_edits import await_edits
from stackcheck_rules.database._coroutines import is_wrong, makes_coroutine

rule = Rule("STK311", requires=(KINDS, unawaited_calls, dependencies))


@rule.on_fact(unawaited_calls)
def check(call: UnawaitedCall, ctx: Context) -> Iterator[Finding]:
    if not ctx.outline.scopes[call.scope].is_async or not makes_coroutine(call, ctx):
        return
    if any(is_wrong(fate, call, ctx) for fate in call.fates):
        edits = await_edits(call, ctx)
        yield Finding(call.at, message(call), Fix(edits, "Await it") if edits else None)


def message(call: UnawaitedCall) -> str:
    called = f"`{dotted(call.written) or '…'}.{call.name}()`"
    if call.ending and call.name in {"close", "aclose"}:
        return f"{called} is not awaited: no connection goes back to the pool, until none is left"
    if all(fate.word == "dropped" for fate in call.fates):
        return f"{called} is not awaited: it does nothing, and Python only warns"
    if call.await_of is not None:
        return f"{called} itself is to be awaited, not what is read of it: a coroutine has no such attribute"
    return f"{called} is not awaited: this gets a coroutine and not what the call gives"
