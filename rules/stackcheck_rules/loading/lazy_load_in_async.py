"""Relationship read that was not loaded, in async code

## Why is this bad?

A relationship that the query did not load is loaded when it is read. Under asyncio there is no place for that
query: the read fails with `MissingGreenlet: greenlet_spawn has not been called; can't call await_only() here`.
A relationship to one object is an exception while the session happens to hold that object, so that tests with
few rows do not always see it.

Objects are followed from the query that loads them: through names, loops, lists and the project's own functions,
repositories and dependencies. What `options` load, `refresh(user, ["posts"])`, `awaitable_attrs`, an assignment and
eager relationships (`lazy="selectin"`) bring counts as loaded. Where the query is not known nothing is reported.

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


async def count_posts(db: AsyncSession, user_id: int) -> int:
    user = await db.get_one(User, user_id)
    return len(user.posts)
```

Use instead:

```python
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    mapped_column,
    relationship,
    selectinload,
)


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


async def count_posts(db: AsyncSession, user_id: int) -> int:
    user = await db.get_one(User, user_id, options=[selectinload(User.posts)])
    return len(user.posts)
```

## Fix safety

Unsafe: the query loads more than before, also on ways through the function that do not need it. Offered where the
query stands in the same function.

## References

- [SQLAlchemy: preventing implicit IO when using AsyncSession](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession)
- [Error xd2s: `MissingGreenlet`](https://docs.sqlalchemy.org/en/21/errors.html#error-xd2s)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.loading import loading
from stackcheck_rules.loading._faults import REQUIRED, failure, faults, option, places, said
from stackcheck_rules.loading._fixes import option_fix

rule = Rule("STK501", requires=REQUIRED)


@rule.on_fact(loading)
def check(function: str, ctx: Context) -> Iterator[Finding]:
    for fault in faults("STK501", function, ctx):
        message = f"`{said(fault)}` was not loaded: {failure(fault)}; load it with `{option(fault)}`"
        yield Finding(fault.span, message, option_fix(fault, ctx), places(fault, ctx))
