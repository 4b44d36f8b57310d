"""Options of a `get` for an object that the session has already, in async code

## Why is this bad?

`get` looks into the session first. An object that it finds there is given back as it is, and the options are not
looked at: the relationship that they name is not loaded, and reading it fails with `MissingGreenlet` under asyncio.
This is so for the current user, which a dependency of the same route has loaded by the same session.

`populate_existing=True` makes `get` ask the database, and so does `select(User).options(…)`, which fills what is
missing.

## Example

```python
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
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


async def get_current_user(db: AsyncSession, name: str) -> User:
    return (await db.scalars(select(User).where(User.name == name))).one()


async def count_posts(db: AsyncSession, name: str) -> int:
    current = await get_current_user(db, name)
    user = await db.get_one(User, current.id, options=[selectinload(User.posts)])
    return len(user.posts)
```

Use instead:

```python
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
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


async def get_current_user(db: AsyncSession, name: str) -> User:
    return (await db.scalars(select(User).where(User.name == name))).one()


async def count_posts(db: AsyncSession, name: str) -> int:
    current = await get_current_user(db, name)
    user = await db.get_one(User, current.id, options=[selectinload(User.posts)], populate_existing=True)
    return len(user.posts)
```

## Fix safety

Unsafe: what was changed on the object and not flushed is overwritten.

## References

- [`Session.get`](https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.Session.get)
- [SQLAlchemy: preventing implicit IO when using AsyncSession](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.loading import loading
from stackcheck_rules.loading._faults import QUERY, REQUIRED, faults, places, reader, short_name
from stackcheck_rules.loading._fixes import add_argument

rule = Rule("STK513", requires=REQUIRED)


@rule.on_fact(loading)
def check(function: str, ctx: Context) -> Iterator[Finding]:
    for fault in faults("STK513", function, ctx):
        message = (
            f"{reader(fault)}, but the session has this `{short_name(fault.owner)}` already, so that `get` ignored its "
            f"options: {QUERY}; add `populate_existing=True`"
        )
        edit = add_argument(fault.site.span, "populate_existing=True", ctx) if fault.site.file == ctx.file else None
        fix = Fix(ctx.edits([edit]), "Ask the database again", (), "unsafe") if edit is not None else None
        yield Finding(fault.span, message, fix, places(fault, ctx))
