"""Method of `Query` that SQLAlchemy 2 no longer has

## Why is this bad?

`from_self`, `select_entity_from` and `with_polymorphic` raise `AttributeError` on SQLAlchemy 2: a subquery
and `aliased()` say the same, and `with_polymorphic()` is a function. `with_lockmode` and the `lockmode=` of
`refresh` went before 1.4. A query can no longer be read from its end: `query[-1]` loaded all of its rows,
and raises `IndexError` now.

## Example

```python
from sqlalchemy import Column, Integer
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)


def locked(session: Session) -> list[User]:
    return session.query(User).with_lockmode("update").all()
```

Use instead:

```python
from sqlalchemy import Column, Integer
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)


def locked(session: Session) -> list[User]:
    return session.query(User).with_for_update().all()
```

## Fix safety

`with_lockmode` and `lockmode=` with one of their words become `with_for_update`: unsafe, as the lock may have
been missing for years. No fix is offered for the others.

## References

- [SQLAlchemy: `Query.from_self()` removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#selecting-from-the-query-itself-as-a-subquery-e-g-from-self)
- [SQLAlchemy: 1.4, negative indexes of a query](https://docs.sqlalchemy.org/en/20/changelog/changelog_14.html)
- [`Query.with_for_update()`](https://docs.sqlalchemy.org/en/20/orm/queryguide/query.html#sqlalchemy.orm.Query.with_for_update)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.old_query_calls import FromEnd, old_query_calls
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import replaced
from stackcheck_rules.sqlalchemy._receivers import SESSIONS, receivers

REMOVED = {
    "from_self": "select from `aliased()` of its subquery",
    "select_entity_from": "use `aliased()` of the subquery",
    "with_polymorphic": "query the entity that the function `with_polymorphic()` gives",
}
# What each word asks of `with_for_update`, as a method and in the dictionary that `refresh` takes.
LOCKS = {"update": (), "update_nowait": ("nowait",), "read": ("read",), "read_nowait": ("read", "nowait")}

rule = Rule(
    "STK221",
    requires=(KINDS, old_query_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(old_query_calls)
def check(fact: Call | FromEnd, ctx: Context) -> Iterator[Finding]:
    match fact:
        case FromEnd(at=at):
            kind = ctx.kind(fact.receiver, fact.scope)
            if kind.word == "query" and kind.certain:
                said = "a negative index of a query raises on SQLAlchemy 2; turn its order around, or index the list"
                yield Finding(at, said)
        case Call(name=name) if name in REMOVED and receivers(fact, {"query"}, ctx):
            yield Finding(fact.at, f"`Query.{name}` is gone from SQLAlchemy 2; {REMOVED[name]}")
        case Call(name="with_lockmode", arguments=(mode,)) if receivers(fact, {"query"}, ctx):
            said = "`Query.with_lockmode` is gone; use `with_for_update`"
            yield Finding(fact.at, said, fix_of_query(fact, mode, ctx))
        case Call(name="refresh") if receivers(fact, SESSIONS, ctx):
            if (given := fact.argument(-1, "lockmode")) is not None:
                said = "`lockmode=` of `refresh` is gone; use `with_for_update=`"
                yield Finding(given.span, said, fix_of_refresh(given, ctx))


def fix_of_query(call: Call, mode: Argument, ctx: Context) -> Fix | None:
    flags = LOCKS.get(str(mode.expr[1])) if mode.expr[0] == "const" else None
    if flags is None:
        return None
    code = f"with_for_update({', '.join(f'{flag}=True' for flag in flags)})"
    whole = Span(*call.at[:2], *call.whole[2:])
    return Fix((replaced(whole, code, ctx),), "Use `with_for_update`", applicability="unsafe")


def fix_of_refresh(given: Argument, ctx: Context) -> Fix | None:
    flags = LOCKS.get(str(given.expr[1])) if given.expr[0] == "const" else None
    if flags is None:
        return None
    said = ", ".join(f'"{flag}": True' for flag in flags)
    code = f"with_for_update={{{said}}}" if flags else "with_for_update=True"
    return Fix((replaced(given.span, code, ctx),), "Use `with_for_update`", applicability="unsafe")
