"""Query that a model has as an attribute

## Why is this bad?

`User.query` is a `Query` of a session that the class takes from a global registry: it cannot be another one
in a test, in a task or under asyncio, and `Query` is legacy as a whole. A `select(User)` is run by whatever
session the caller has.

The rule is off by default: it finds the `query` of Flask-SQLAlchemy's models too.

## Example

```python
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker

registry = scoped_session(sessionmaker())
Base = declarative_base()
Base.query = registry.query_property()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)


def users() -> list[User]:
    return User.query.order_by(User.id).all()
```

Use instead:

```python
from collections.abc import Sequence

from sqlalchemy import Column, Integer, select
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)


def users(session: Session) -> Sequence[User]:
    return session.scalars(select(User).order_by(User.id)).all()
```

## References

- [`scoped_session.query_property()`](https://docs.sqlalchemy.org/en/20/orm/contextual.html#sqlalchemy.orm.scoped_session.query_property)
- [Flask-SQLAlchemy: legacy query interface](https://flask-sqlalchemy.readthedocs.io/en/stable/legacy-query/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Kind, Rule
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.query_properties import MADE, QueryMade, QueryRead, query_properties
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches

rule = Rule(
    "STK223",
    requires=(KINDS, query_properties),
    versions={"sqlalchemy": "1.4"},
    severity="warning",
    default=False,
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(query_properties)
def check(fact: QueryRead | QueryMade, ctx: Context) -> Iterator[Finding]:
    match fact:
        case QueryMade(scope=scope, registry=registry, at=at):
            if ctx.kind(registry, scope).word == "session-registry":
                yield Finding(at, "`query_property()` binds models to one global session; run `select(Model)` instead")
        case QueryRead(scope=scope, owner=owner, at=at):
            kind = ctx.kind(owner, scope)
            if kind.word == "class" and kind.certain and has_query(kind, ctx):
                name = kind.symbol.rpartition(".")[2]
                yield Finding(at, f"`{name}.query` is a legacy query of a global session; use `select({name})`")


def has_query(cls: Kind, ctx: Context) -> bool:
    """Whether a class has its query from Flask-SQLAlchemy or from a `query_property()`."""
    for above in ctx.ancestry(cls).classes:
        scope = ctx.scope(above)
        if scope is None:
            continue
        if bound := ctx.bindings(above, "query"):
            return all(map(is_made, bound))
        # `Base` of `declarative_base()` is a name and no definition.
        homes = [(above.file, above.symbol), *(ctx.source_of(base, scope.parent, above.file) for base in scope.bases)]
        if any(home is not None and ctx.fact(query_properties, home) for home in homes):
            return True
    return bool(cls.file) and ctx.instance(cls).word == "flask-model"


def is_made(value: Expr) -> bool:
    match value:
        case ("call", ("attr", _, str(name)), _, _):
            return name == MADE
    return False
