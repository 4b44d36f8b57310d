"""Joined eager load of a collection without `unique()`

## Why is this bad?

A join repeats the row of a user for each of their posts. `Query` dropped the repetitions by itself; a `select()`
does not, and raises `InvalidRequestError: The unique() method must be invoked on this Result` as soon as
there is a row. `first()` and `scalar()` do without. So do `selectinload` and joins to one object.

The statement is followed from `select` to the place where its rows are read, and relationships to their classes.

## Example

```python
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list["Post"]] = relationship()


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


def users(session: Session) -> list[User]:
    statement = select(User).options(joinedload(User.posts))
    return session.scalars(statement).all()
```

Use instead:

```python
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list["Post"]] = relationship()


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


def users(session: Session) -> list[User]:
    statement = select(User).options(joinedload(User.posts))
    return session.scalars(statement).unique().all()
```

## Fix safety

Safe: without it the same place raises. Unsafe where the statement has the option on some ways only: on the
others, `unique()` drops what is repeated.

## References

- [Joined eager loading](https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#joined-eager-loading)
- [ORM rows not uniquified by default](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#orm-rows-not-uniquified-by-default)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Fix, Rule
from stackcheck_rules.analyses.kinds import KINDS, SESSIONS
from stackcheck_rules.analyses.orm_classes import orm_classes
from stackcheck_rules.analyses.result_reads import ResultRead, result_reads
from stackcheck_rules.sqlalchemy._eager_joins import joins_collection, ways
from stackcheck_rules.sqlalchemy._rows import behind

ORM = {*SESSIONS, "session-registry"}
EXECUTING = {"execute", "exec", "scalars"}
PASSING = {"columns", "mappings", "scalars", "tuples", "yield_per"}

rule = Rule("STK279", requires=(KINDS, result_reads, orm_classes), versions={"sqlalchemy": "1.4"})


@rule.on_fact(result_reads)
def check(read: ResultRead, ctx: Context) -> Iterator[Finding]:
    statement = statement_of(read.result, read.scope, ctx)
    if statement is None:
        return
    made = list(ways(statement, read.scope, ctx))
    joined = [joins_collection(way, read.scope, ctx) for way in made]
    if any(joined):
        edits = behind(read, ".unique()", ctx, followed=bool(read.method))
        fix = Fix(edits, "Add `unique()`", applicability="safe" if all(joined) else "unsafe") if edits else None
        message = "collections that are loaded by a join repeat the rows, which raises without `unique()`"
        yield Finding(read.at, message, fix)


def statement_of(result: Expr, scope: str, ctx: Context) -> Expr | None:
    """The statement that a session executed for a result, which nothing has made unique."""
    match result:
        case ("await" | "as", *_, inner):
            return statement_of(inner, scope, ctx)
        case ("call", ("attr", owner, name), given, keywords):
            if name in EXECUTING and ctx.kind(owner, scope).word in ORM:
                return given[0] if given else dict(keywords).get("statement")
            return statement_of(owner, scope, ctx) if name in PASSING else None
    return None
