"""Relationship read after a `refresh` that dropped it, in async code

## Why is this bad?

`refresh(user)` loads the columns, and the relationships that the query of the object loaded. What was only
assigned, given to the constructor or loaded on its own before (`refresh(user, ["posts"])`, `awaitable_attrs`) is
gone after it, and is loaded when it is read, which fails with `MissingGreenlet` under asyncio. With the names of
attributes, `refresh` loads exactly these.

## Example

```python
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession
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


async def create(db: AsyncSession, name: str) -> list[Post]:
    user = User(name=name, posts=[])
    db.add(user)
    await db.flush()
    await db.refresh(user)
    return user.posts
```

Use instead:

```python
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession
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


async def create(db: AsyncSession, name: str) -> list[Post]:
    user = User(name=name, posts=[])
    db.add(user)
    await db.flush()
    await db.refresh(user, ["name", "posts"])
    return user.posts
```

## References

- [SQLAlchemy: preventing implicit IO when using AsyncSession](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession)
- [`AsyncSession.refresh`](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#sqlalchemy.ext.asyncio.AsyncSession.refresh)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.loading import loading
from stackcheck_rules.loading._faults import QUERY, REQUIRED, faults, places, reader

rule = Rule("STK509", requires=REQUIRED, severity="warning")


@rule.on_fact(loading)
def check(function: str, ctx: Context) -> Iterator[Finding]:
    for fault in faults("STK509", function, ctx):
        by = f"`{fault.event.session}.refresh()`" if fault.event is not None else "a refresh"
        message = f'{reader(fault)} after {by}, which dropped it: {QUERY}; name it in the refresh: `["{fault.name}"]`'
        yield Finding(fault.span, message, related=places(fault, ctx))
