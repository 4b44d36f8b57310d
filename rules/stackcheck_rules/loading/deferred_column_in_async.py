"""Deferred column read that was not loaded, in async code

## Why is this bad?

A column with `deferred=True` is not part of the query; neither is one that `defer()` or `load_only()` leaves out.
It is loaded when it is read, which fails with `MissingGreenlet` under asyncio. `undefer(User.bio)` loads it with
the object.

## Example

```python
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    bio: Mapped[str] = mapped_column(deferred=True)


async def biography(db: AsyncSession, user_id: int) -> str:
    user = await db.get_one(User, user_id)
    return user.bio
```

Use instead:

```python
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, undefer


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    bio: Mapped[str] = mapped_column(deferred=True)


async def biography(db: AsyncSession, user_id: int) -> str:
    user = await db.get_one(User, user_id, options=[undefer(User.bio)])
    return user.bio
```

## Fix safety

Unsafe: the query loads a column that somebody thought too large for each of them. None is offered where options
of the query leave the column out.

## References

- [SQLAlchemy: preventing implicit IO when using AsyncSession](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession)
- [Limiting which columns load](https://docs.sqlalchemy.org/en/21/orm/queryguide/columns.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.loading import loading
from stackcheck_rules.loading._faults import QUERY, REQUIRED, faults, places, reader, short_name
from stackcheck_rules.loading._fixes import option_fix

rule = Rule("STK508", requires=REQUIRED)


@rule.on_fact(loading)
def check(function: str, ctx: Context) -> Iterator[Finding]:
    for fault in faults("STK508", function, ctx):
        message = (
            f"{reader(fault)}, which was left out when the object was loaded: {QUERY}; "
            f"load it with `undefer({short_name(fault.owner)}.{fault.name})`"
        )
        fix = option_fix(fault, ctx, "undefer") if fault.reason == "deferred" else None
        yield Finding(fault.span, message, fix, places(fault, ctx))
