"""Column that the database updates, read after the update in async code

## Why is this bad?

`onupdate=func.now()` is computed by the database. After the UPDATE the session does not know the new value: the
column is expired, with `expire_on_commit=False` as well, and the next read of it makes a query, which fails with
`MissingGreenlet` under asyncio. A PATCH route whose response schema has `updated_at` answers 500, though only when
something really changed.

An INSERT is not affected, as it gets the values back, nor is a function of Python (`onupdate=utc_now`), nor a
mapper with `__mapper_args__ = {"eager_defaults": True}`, which fetches them with each UPDATE.

## Example

```python
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    updated_at: Mapped[datetime | None] = mapped_column(onupdate=func.now())


async def rename(db: AsyncSession, user_id: int, name: str) -> datetime | None:
    user = await db.get_one(User, user_id)
    user.name = name
    await db.flush()
    return user.updated_at
```

Use instead:

```python
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    updated_at: Mapped[datetime | None] = mapped_column(onupdate=func.now())


async def rename(db: AsyncSession, user_id: int, name: str) -> datetime | None:
    user = await db.get_one(User, user_id)
    user.name = name
    await db.flush()
    await db.refresh(user)
    return user.updated_at
```

## Fix safety

Unsafe: the refresh is one more query. With several such places `eager_defaults` on the mapper is cheaper.

## References

- [SQLAlchemy: preventing implicit IO when using AsyncSession](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession)
- [Fetching server-generated defaults](https://docs.sqlalchemy.org/en/21/orm/persistence_techniques.html#fetching-server-generated-defaults)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.loading import loading
from stackcheck_rules.loading._faults import QUERY, REQUIRED, faults, places, reader
from stackcheck_rules.loading._fixes import refresh_fix

rule = Rule("STK504", requires=REQUIRED)


@rule.on_fact(loading)
def check(function: str, ctx: Context) -> Iterator[Finding]:
    for fault in faults("STK504", function, ctx):
        by = f"`{fault.event.session}.{fault.event.name}()`" if fault.event is not None else "the update"
        message = (
            f"{reader(fault)} after {by}, when the database has changed it: {QUERY}; "
            "refresh the object, or set `eager_defaults`"
        )
        yield Finding(fault.span, message, refresh_fix(fault, ctx), places(fault, ctx))
