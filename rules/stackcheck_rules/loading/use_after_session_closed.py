"""Attribute read after the session closed that would have to load it

## Why is this bad?

When its session is closed, an object keeps what is loaded and can load nothing more: a relationship, a deferred
column or an expired attribute that is read then raises `DetachedInstanceError: Parent instance is not bound to a
Session; lazy load operation cannot proceed`. Load it inside the block.

## Example

```python
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship()


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def count_posts(user_id: int) -> int:
    async with SessionLocal() as db:
        user = await db.get_one(User, user_id)
    return len(user.posts)
```

Use instead:

```python
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship()


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def count_posts(user_id: int) -> int:
    async with SessionLocal() as db:
        user = await db.get_one(User, user_id, options=[selectinload(User.posts)])
    return len(user.posts)
```

## References

- [Error bhk3: `DetachedInstanceError`](https://docs.sqlalchemy.org/en/21/errors.html#error-bhk3)
- [SQLAlchemy: preventing implicit IO when using AsyncSession](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.loading import loading
from stackcheck_rules.loading._faults import REQUIRED, faults, places, reader

rule = Rule("STK510", requires=REQUIRED)


@rule.on_fact(loading)
def check(function: str, ctx: Context) -> Iterator[Finding]:
    for fault in faults("STK510", function, ctx):
        message = (
            f"{reader(fault)} after the session was closed and was not loaded before: `DetachedInstanceError`; load it "
            "while the session is open"
        )
        yield Finding(fault.span, message, related=places(fault, ctx))
