"""Loop over a `query`

## Why is this bad?

`Session.query` is legacy: it is kept for old programs and gets nothing new, `AsyncSession` does not
have it, and type checkers know less of it than of `select()`.

## Example

```python
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def names(session: Session) -> list[str]:
    return [user.name for user in session.query(User).order_by(User.id)]
```

Use instead:

```python
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def names(session: Session) -> list[str]:
    return [user.name for user in session.scalars(select(User).order_by(User.id))]
```

## Fix safety

Safe: the result is the same, and so are the errors. A query makes the objects of a class unique and a
`select()` does not, so `.unique()` is added where rows may multiply: after a join, after `joinedload` of a
collection, and where the class always joins one. `filter_by` after a join names the class that was joined
last. Columns stay rows: `execute()`, not `scalars()`.

Unsafe where the session is only probably one, and in a project that listens to `before_compile` or has a
query class of its own, which `select()` does not ask. No fix is offered for a query of something unknown, for steps
that have no counterpart, for paths in strings (STK250 and STK251 mend those), outside of `async def` if
the session is an async one, and for SQLModel's session, which has `exec()`.

## References

- [SQLAlchemy 2.0: ORM usage, migrating from `Query`](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-orm-usage)
- [Legacy Query API](https://docs.sqlalchemy.org/en/20/orm/queryguide/query.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.orm_classes import orm_classes
from stackcheck_rules.analyses.query_chains import QueryChain, query_chains
from stackcheck_rules.analyses.query_hooks import query_hooks
from stackcheck_rules.sqlalchemy._query_findings import findings

RUN_BY = {"for", "argument list", "argument tuple", "argument set", "argument sorted"}

rule = Rule(
    "STK219",
    requires=(KINDS, orm_classes, query_chains, query_hooks),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    severity="warning",
)


@rule.on_fact(query_chains)
def check(chain: QueryChain, ctx: Context) -> Iterator[Finding]:
    if chain.around in RUN_BY:
        yield from findings(chain, {""}, "`select()` with `scalars()` or `execute()`", ctx)
