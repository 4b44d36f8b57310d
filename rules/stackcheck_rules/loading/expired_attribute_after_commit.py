"""Attribute read after a commit or rollback that expired it, in async code

## Why is this bad?

After `commit()` a session does not trust what it has loaded: all attributes of its objects, the primary key
included, are expired, and the next read of one makes a query. Under asyncio that read fails with
`MissingGreenlet`. A factory with `expire_on_commit=False` leaves objects as they are; a rollback expires whatever the
transaction had loaded, with any factory.

Whether commits expire is read from the factory that the session comes from, or from all factories of the
project where they agree. What is refreshed, loaded again or assigned after the commit is not reported.

## Example

```python
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"))


async def rename(user_id: int, name: str) -> str:
    async with SessionLocal() as db:
        user = await db.get_one(User, user_id)
        user.name = name
        await db.commit()
        return user.name
```

Use instead:

```python
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"))


async def rename(user_id: int, name: str) -> str:
    async with SessionLocal() as db:
        user = await db.get_one(User, user_id)
        user.name = name
        await db.commit()
        await db.refresh(user)
        return user.name
```

## Fix safety

Unsafe: the refresh is one more query, and shows what others have changed meanwhile. `expire_on_commit=False` on the
factory needs none; which of the two is right depends on the other uses of the factory.

## References

- [SQLAlchemy: preventing implicit IO when using AsyncSession](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession)
- [`expire_on_commit`](https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.Session.params.expire_on_commit)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.loading import loading
from stackcheck_rules.loading._faults import QUERY, REQUIRED, faults, places, reader
from stackcheck_rules.loading._fixes import refresh_fix

rule = Rule("STK503", requires=REQUIRED)


@rule.on_fact(loading)
def check(function: str, ctx: Context) -> Iterator[Finding]:
    for fault in faults("STK503", function, ctx):
        by = f"`{fault.event.session}.{fault.event.name}()`" if fault.event is not None else "a commit"
        way = "refresh it"
        if fault.event is None or fault.event.name == "commit":
            way = "set `expire_on_commit=False` on the factory, or refresh it"
        message = f"{reader(fault)} after {by}, which expired it: {QUERY}; {way}"
        yield Finding(fault.span, message, refresh_fix(fault, ctx), places(fault, ctx))
