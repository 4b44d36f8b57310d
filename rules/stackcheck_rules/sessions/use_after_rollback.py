"""Attribute of an object read after a rollback

## Why is this bad?

A rollback expires all that the session has loaded, whatever `expire_on_commit` says: what was read may never have been.
The next read of an attribute, of the primary key too, loads the row again. On an `AsyncSession` that is IO where
nothing can be awaited, and the read fails: `MissingGreenlet: greenlet_spawn has not been called; can't call
await_only() here`. It happens in the handler of an error, whose own error is then lost.

Read what the handler needs before the rollback, or load it again by `await session.refresh(user)`.

Reported is what one function shows: the object is loaded by a method of the session, and nothing may have ended the
transaction before the rollback.

## Example

```python
import logging

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

logger = logging.getLogger(__name__)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


async def rename(session: AsyncSession, user_id: int, name: str) -> None:
    user = await session.get_one(User, user_id)
    user.name = name
    try:
        await session.commit()
    except IntegrityError:
        await session.rollback()
        logger.warning("%s cannot be renamed", user.id)
```

Use instead:

```python
import logging

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

logger = logging.getLogger(__name__)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


async def rename(session: AsyncSession, user_id: int, name: str) -> None:
    user = await session.get_one(User, user_id)
    user.name = name
    try:
        await session.commit()
    except IntegrityError:
        await session.rollback()
        logger.warning("%s cannot be renamed", user_id)
```

## References

- [SQLAlchemy: rolling back](https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back)
- [SQLAlchemy: MissingGreenlet](https://docs.sqlalchemy.org/en/21/errors.html#error-xd2s)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Place, Related, Rule, root_name
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.orm_classes import MAPPED_WORDS, OrmClass, orm_classes
from stackcheck_rules.analyses.rollbacks import Read, Rollback, rollbacks

rule = Rule("STK422", requires=(KINDS, orm_classes, rollbacks), severity="warning", covers=("STK503",))


@rule.on_fact(rollbacks)
def check(rollback: Rollback, ctx: Context) -> Iterator[Finding]:
    kind = ctx.kind(("name", rollback.session), rollback.scope)
    if kind.word != "async-session" or not kind.certain:
        return
    # An error of the database comes from within a transaction.
    sure = all(ctx.symbol(one, rollback.scope).startswith("sqlalchemy.exc.") for one in errors(rollback.caught))
    seen: set[str] = set()
    for read in rollback.reads:
        loaded = line_of_load(read, rollback, ctx)
        if read.name in seen or not 0 < loaded < rollback.span.line:
            continue
        if not sure and any(loaded < line for line in rollback.doubts):
            continue  # nothing may be left to roll back
        seen.add(read.name)
        message = (
            f"`{read.name}.{read.attribute}` is read after a rollback, which expires `{read.name}`: "
            f"the read fails with `MissingGreenlet`; read it before, or `await {rollback.session}.refresh({read.name})`"
        )
        yield Finding(read.span, message, related=(Related(Place(ctx.path, rollback.span), "rolled back here"),))


def errors(caught: Expr) -> tuple[Expr, ...]:
    return caught[1] if caught[0] == "tuple" else (caught,)


def line_of_load(read: Read, rollback: Rollback, ctx: Context) -> int:
    """Where the session has loaded an object of which a column or relationship is read; 0 if that is not certain."""
    bound = ctx.outline.scopes[rollback.scope].bindings.get(read.name, ())
    if len(bound) != 1 or bound[0].scope != rollback.scope or root_name(bound[0].expr) != rollback.session:
        return 0
    kind = ctx.kind(("name", read.name), rollback.scope)
    if kind.word not in MAPPED_WORDS or not kind.certain:
        return 0
    cls = ctx.fact(orm_classes, (kind.file, kind.symbol))
    known = isinstance(cls, OrmClass) and (cls.has_column(read.attribute) or cls.relationship(read.attribute))
    return bound[0].span.line if known else 0
