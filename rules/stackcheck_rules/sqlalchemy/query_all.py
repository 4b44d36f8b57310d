"""All objects of a `query`

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


def users(session: Session, name: str):
    return session.query(User).filter(User.name == name).all()
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


def users(session: Session, name: str):
    return session.scalars(select(User).where(User.name == name)).all()
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

ENDS = {"all", "values", "[]"}

rule = Rule(
    "STK211",
    requires=(KINDS, orm_classes, query_chains, query_hooks),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    severity="warning",
)


@rule.on_fact(query_chains)
def check(chain: QueryChain, ctx: Context) -> Iterator[Finding]:
    yield from findings(chain, ENDS, "`select()` with `scalars()` or `execute()`", ctx)
