"""Relationship with `lazy="dynamic"` in an async project

## Why is this bad?

A dynamic relationship is a `Query`: reading it (`user.posts.all()`, `for post in user.posts`) goes to the
database, which under asyncio raises `MissingGreenlet`. `lazy="write_only"` was made for what it was used
for, collections too large to be loaded: `user.posts.select()` is a statement that a session executes,
`user.posts.add(post)` writes.

SQLAlchemy calls `dynamic` legacy. It works in a synchronous project, so there it is only reported with
`everywhere`.

## Example

```python
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, DynamicMapped, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    posts: DynamicMapped["Post"] = relationship("Post", lazy="dynamic")


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


async def posts(session: AsyncSession, user: User) -> list[Post]:
    return user.posts.all()
```

Use instead:

```python
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, WriteOnlyMapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    posts: WriteOnlyMapped["Post"] = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


async def posts(session: AsyncSession, user: User) -> list[Post]:
    return list(await session.scalars(user.posts.select()))
```

There is no fix: each use of the relationship has to change with it.

## References

- [SQLAlchemy: write only relationships](https://docs.sqlalchemy.org/en/20/orm/large_collections.html#write-only-relationship)
- [SQLAlchemy: dynamic relationship loaders](https://docs.sqlalchemy.org/en/20/orm/large_collections.html#dynamic-relationship-loaders)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Option, Rule, Span
from stackcheck_rules.analyses.async_projects import async_projects
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.relationship_uses import RelationshipUse, relationship_uses
from stackcheck_rules.sqlalchemy._relationships import LOADER, arguments_named, is_relationship

DYNAMIC = ("const", "dynamic")

rule = Rule(
    "STK228",
    requires=(KINDS, async_projects, relationship_uses),
    options={"everywhere": Option(default=False, text="report it in projects without asyncio, too")},
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    severity="warning",
)


@rule.on_fact(relationship_uses)
def check(use: RelationshipUse, ctx: Context) -> Iterator[Finding]:
    places = list(dynamic(use, ctx))
    if not places or not is_relationship(use, ctx):
        return
    if not ctx.options.get("everywhere") and not ctx.fact(async_projects, "any"):
        return
    for name, span in places:
        message = f"dynamic relationship `{name}` queries when it is read, which fails under asyncio; use `write_only`"
        yield Finding(span, message)


def dynamic(use: RelationshipUse, ctx: Context) -> Iterator[tuple[str, Span]]:
    """(attribute, place) of what says that a relationship is dynamic."""
    said = [(name, given.span) for name, given, _ in arguments_named("lazy", use, ctx) if given.expr == DYNAMIC]
    yield from said
    if all(name != use.name for name, _ in said):
        if ctx.symbol(use.call.function, use.call.scope) == LOADER:
            yield use.name, use.call.at
        elif use.noted and use.note[0] == "index" and ctx.symbol(use.note[1], use.owner).endswith(".DynamicMapped"):
            yield use.name, use.noted
