"""Rows updated through a `query`

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


def rename(session: Session, key: int, name: str) -> None:
    session.query(User).filter(User.id == key).update({"name": name})
```

Use instead:

```python
from sqlalchemy import update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def rename(session: Session, key: int, name: str) -> None:
    session.execute(update(User).where(User.id == key).values({"name": name}))
```

## Fix safety

Safe: the same rows change, and objects in the session are brought up to date as before. Offered where only
`filter`, `filter_by` and `where` stand before it, which is all that can be the same; `rowcount` is read where
the number of rows is used. Unsafe where the session is only probably one, and in a project that listens to
`before_compile` or has a query class of its own, which `select()` does not ask.

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

ENDS = {"update"}

rule = Rule(
    "STK217",
    requires=(KINDS, orm_classes, query_chains, query_hooks),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    severity="warning",
)


@rule.on_fact(query_chains)
def check(chain: QueryChain, ctx: Context) -> Iterator[Finding]:
    yield from findings(chain, ENDS, "`update()`", ctx)
