"""Change of a collection that was not loaded, in async code

## Why is this bad?

`user.posts.append(post)` reads the collection first, and so do `remove`, `+=` and `user.posts = […]`, which has to
know what it replaces. If the query did not load it, that takes another query, which fails with
`MissingGreenlet` under asyncio.

To add an object, the other side needs no collection: `Post(author_id=user.id)`, or `post.author = user`.

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


async def add_post(db: AsyncSession, user_id: int) -> None:
    user = await db.get_one(User, user_id)
    user.posts.append(Post())
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


async def add_post(db: AsyncSession, user_id: int) -> None:
    user = await db.get_one(User, user_id, options=[selectinload(User.posts)])
    user.posts.append(Post())
```

## Fix safety

Unsafe: the query loads the whole collection, which may be large.

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

rule = Rule("STK506", requires=REQUIRED)


@rule.on_fact(loading)
def check(function: str, ctx: Context) -> Iterator[Finding]:
    for fault in faults("STK506", function, ctx):
        message = (
            f"`{said(fault)}` is changed but was not loaded: {failure(fault)}; load it with `{option(fault)}`, "
            "or set the other side of the relationship"
        )
        yield Finding(fault.span, message, option_fix(fault, ctx), places(fault, ctx))
