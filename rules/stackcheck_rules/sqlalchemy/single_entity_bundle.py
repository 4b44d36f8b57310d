"""Single-entity `Bundle` in a `select()`

## Why is this bad?

`single_entity=True` makes a `Query` give the values of the bundle alone. A `select()` ignores it without a
word: its rows hold the bundle, and `for id, name in rows` fails or reads something else.

## Example

```python
from sqlalchemy import Column, Integer, String, select
from sqlalchemy.orm import Bundle, Session, declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    name = Column(String)


def names(session: Session) -> list[tuple[int, str]]:
    return session.execute(select(Bundle("user", User.id, User.name, single_entity=True))).all()
```

Use instead:

```python
from sqlalchemy import Column, Integer, String, select
from sqlalchemy.orm import Bundle, Session, declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    name = Column(String)


def names(session: Session) -> list[tuple[int, str]]:
    return session.scalars(select(Bundle("user", User.id, User.name))).all()
```

## References

- [`Bundle`](https://docs.sqlalchemy.org/en/20/orm/queryguide/api.html#sqlalchemy.orm.Bundle)
- [Selecting with bundles](https://docs.sqlalchemy.org/en/20/orm/queryguide/select.html#grouping-selected-attributes-with-bundles)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Rule
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches

rule = Rule(
    "STK289",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(core_calls)
def check(fact: CoreCall, ctx: Context) -> Iterator[Finding]:
    if fact.name != "select" or ctx.symbol(fact.call.function, fact.call.scope) != "sqlalchemy.select":
        return
    for given in fact.given:
        if is_single(assigned(given.value, ctx), fact.call.scope, ctx):
            said = "`single_entity` has no effect in a `select()`; take the bundle from `scalars`"
            yield Finding(given.argument.span, said)


def assigned(value: Expr, ctx: Context) -> Expr:
    """What a name of the module is bound to, if that is one thing."""
    bound = ctx.outline.module.bindings.get(value[1], ()) if value[0] == "name" else ()
    return bound[0].expr if len(bound) == 1 else value


def is_single(value: Expr, scope: str, ctx: Context) -> bool:
    match value:
        case ("call", function, _, keywords) if ("single_entity", ("const", True)) in keywords:
            return ctx.symbol(function, scope) == "sqlalchemy.orm.Bundle"
    return False
