"""Await of what an async session or a result gives at once

## Why is this bad?

Not all of an `AsyncSession` is to be awaited. `add()`, `expunge()` or `in_transaction()` do not wait for the database:
`await db.add(user)` raises `TypeError: object NoneType can't be used in 'await' expression`, after it has added the
user.

The rows that `await db.execute(query)` gives are all there. `all()`, `first()`, `scalars()` or `scalar_one()` of such
a result give lists, rows and objects, and awaiting those raises `TypeError` as well. Only what `stream()` gives is
awaited row by row.

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
    await db.add(User(name=name))
    users = await (await db.execute(select(User))).scalars().all()
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
    users = (await db.execute(select(User))).scalars().all()
    return [user.name for user in users]
```

## Fix safety

Safe: the `await` that goes raises in any case.

## References

- [SQLAlchemy: `AsyncSession`](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#sqlalchemy.ext.asyncio.AsyncSession)
- [SQLAlchemy: `Result`](https://docs.sqlalchemy.org/en/21/core/connections.html#sqlalchemy.engine.Result)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, TextEdit
from stackcheck_rules.analyses.awaited_calls import AwaitedCall, awaited_calls
from stackcheck_rules.analyses.awaited_methods import NEVER_AWAITED
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.database._coroutines import receivers_with
from stackcheck_rules.sqlalchemy._call_edits import extent

RESULTS = {"result", "scalar-result", "mapping-result"}

rule = Rule("STK312", requires=(KINDS, awaited_calls))


@rule.on_fact(awaited_calls)
def check(call: AwaitedCall, ctx: Context) -> Iterator[Finding]:
    words = receivers_with(call.receiver, call.name, call.scope, NEVER_AWAITED, ctx)
    if words:
        what = "the rows are all there" if words <= RESULTS else "it does not wait for the database"
        message = f"`{call.name}()` is not to be awaited: {what}, and `await` raises `TypeError`"
        yield Finding(call.at, message, Fix(without_await(call, ctx), "Do not await it"))


def without_await(call: AwaitedCall, ctx: Context) -> tuple[TextEdit, ...]:
    """The edits that take an `await` away, with the parentheses that only it needed."""
    text = ctx.text
    start, end = extent(call.whole, ctx)
    operand = start + len("await")
    operand += len(text[operand:]) - len(text[operand:].lstrip(" \t"))
    if (
        call.linked
        and text[start - 1] == "("
        and text[end : end + 1] == ")"
        and operand == extent(call.call, ctx).start
    ):
        return (TextEdit(start - 1, operand, ""), TextEdit(end, end + 1, ""))
    return (TextEdit(start, operand, ""),)
