"""Property of a mapped class that reads what was not loaded, in async code

## Why is this bad?

A property or a method of a mapped class that reads a relationship needs it loaded like any other reader, which
does not show where it is used: `user.post_count` looks like a column and fails with `MissingGreenlet` under
asyncio. Load the relationship with the object, or make the property a
[`column_property`](https://docs.sqlalchemy.org/en/21/orm/mapped_sql_expr.html) that the query computes.

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

    @property
    def post_count(self) -> int:
        return len(self.posts)


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


async def count_posts(db: AsyncSession, user_id: int) -> int:
    user = await db.get_one(User, user_id)
    return user.post_count
```

Use instead:

```python
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship()

    @property
    def post_count(self) -> int:
        return len(self.posts)


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


async def count_posts(db: AsyncSession, user_id: int) -> int:
    user = await db.get_one(User, user_id, options=[selectinload(User.posts)])
    return user.post_count
```

## References

- [SQLAlchemy: preventing implicit IO when using AsyncSession](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession)
- [Error xd2s: `MissingGreenlet`](https://docs.sqlalchemy.org/en/21/errors.html#error-xd2s)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.loading import loading
from stackcheck_rules.loading._faults import REQUIRED, failure, faults, option, places, short_name

rule = Rule("STK511", requires=REQUIRED, severity="warning")


@rule.on_fact(loading)
def check(function: str, ctx: Context) -> Iterator[Finding]:
    for fault in faults("STK511", function, ctx):
        who = f"`{fault.text}.{fault.inside}`" if fault.text else f"`{fault.inside}`"
        message = (
            f"{who} reads `{short_name(fault.owner)}.{fault.name}`, which was not loaded: {failure(fault)}; "
            f"load it with `{option(fault)}`"
        )
        yield Finding(fault.span, message, related=places(fault, ctx))
