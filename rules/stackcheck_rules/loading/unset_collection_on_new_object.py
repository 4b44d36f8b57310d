"""Relationship of a new object that nobody set, read after the flush in async code

## Why is this bad?

Before it is flushed, a new object's collection is empty when it is read. After the flush the object is like any
other: what was never set is loaded when it is read, eager relationships (`lazy="selectin"`) included, since no
query has loaded the object. Under asyncio that fails with `MissingGreenlet`, with `expire_on_commit=False` as well.

An empty collection in the constructor says what the code means, and stays until the object is refreshed. A
relationship to one object is set in the constructor, or loaded with `await db.refresh(post, ["author"])`.

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
    user = User(name=name)
    db.add(user)
    await db.flush()
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
    return user.posts
```

## Fix safety

Safe: the empty collection is what a new object has. None is offered where the constructor gets `**values`,
for a collection that is neither a list nor a set by its annotation, and for a relationship to one object.

## References

- [SQLAlchemy: preventing implicit IO when using AsyncSession](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession)
- [Error xd2s: `MissingGreenlet`](https://docs.sqlalchemy.org/en/21/errors.html#error-xd2s)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.loading import loading
from stackcheck_rules.loading._faults import QUERY, REQUIRED, faults, places, reader, short_name
from stackcheck_rules.loading._fixes import empty_fix

rule = Rule("STK505", requires=REQUIRED)


@rule.on_fact(loading)
def check(function: str, ctx: Context) -> Iterator[Finding]:
    for fault in faults("STK505", function, ctx):
        name = short_name(fault.owner)
        way = f"write `{name}(…, {fault.name}=…)`, or refresh it with its name"
        message = f"{reader(fault)} after the flush, but the new `{name}` was not given any: {QUERY}; {way}"
        yield Finding(fault.span, message, empty_fix(fault, ctx), places(fault, ctx))
