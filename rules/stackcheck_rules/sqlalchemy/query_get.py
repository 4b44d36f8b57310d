"""Object got by its key through `query`

## Why is this bad?

`Query.get` was moved to the session: it looks in the identity map first, and there is nothing to query.
The old spelling warns, and `AsyncSession` does not have it.

## Example

```python
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def user(session: Session, key: int) -> User | None:
    return session.query(User).get(key)
```

Use instead:

```python
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def user(session: Session, key: int) -> User | None:
    return session.get(User, key)
```

## Fix safety

Safe for `query(User).get(key)` of one class, with nothing or with options, `populate_existing()` and a plain
`with_for_update()` between. Anything else between the two has no fix.

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

ENDS = {"get"}

rule = Rule(
    "STK210",
    requires=(KINDS, orm_classes, query_chains, query_hooks),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    severity="warning",
)


@rule.on_fact(query_chains)
def check(chain: QueryChain, ctx: Context) -> Iterator[Finding]:
    yield from findings(chain, ENDS, "`Session.get`", ctx)
