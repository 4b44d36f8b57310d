"""Query that is kept, passed on or returned

## Why is this bad?

`Session.query` is legacy, and a query that is built up over several statements, handed to another function
or returned carries its session with it: whoever gets it runs it, somewhere, with a session that may be
closed by then. A `select()` is a value; the session executes it where the result is wanted. `AsyncSession`
has no `query`.

## Example

```python
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def users(session: Session, name: str | None):
    query = session.query(User)
    if name is not None:
        query = query.filter(User.name == name)
    return query.order_by(User.id).all()
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


def users(session: Session, name: str | None):
    query = select(User)
    if name is not None:
        query = query.where(User.name == name)
    return session.scalars(query.order_by(User.id)).all()
```

## Fix safety

Unsafe: each statement of the function that uses the name is written anew. Offered where the name is local,
is given nothing but queries of the same session, and every use of it is a known method, a loop, or the name
again with one more step.

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
from stackcheck_rules.analyses.query_variables import QueryVariable, query_variables
from stackcheck_rules.sqlalchemy._query_fix import session_kind
from stackcheck_rules.sqlalchemy._query_variable import variable_fix

# Where other rules report the query: a loop runs it, `in_` takes it for the statement that it is.
RUN_BY = {"for", "argument list", "argument tuple", "argument set", "argument sorted", "argument in_",
          "argument not_in", "argument notin_"}  # fmt: skip

rule = Rule(
    "STK220",
    requires=(KINDS, orm_classes, query_chains, query_hooks, query_variables),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    severity="warning",
)


@rule.on_fact(query_chains)
def passed_on(chain: QueryChain, ctx: Context) -> Iterator[Finding]:
    held = chain.around.startswith("assign ") and any(
        chain.whole in variable.roots for variable in ctx.facts(query_variables)
    )
    if chain.end or held or chain.around in RUN_BY or session_kind(chain, ctx) is None:
        return
    yield Finding(chain.whole, "a query is 1.x style and holds its session; pass a `select()`")


@rule.on_fact(query_variables)
def kept(variable: QueryVariable, ctx: Context) -> Iterator[Finding]:
    roots = [chain for chain in ctx.facts(query_chains) if chain.whole in variable.roots and not chain.end]
    sessions = [session_kind(chain, ctx) for chain in roots]
    session = sessions[0] if sessions else None
    if session is not None:
        message = f"`{variable.name}` holds a 1.x query; hold a `select()` and let the session execute it"
        yield Finding(variable.at, message, variable_fix(variable, roots, session, ctx))
