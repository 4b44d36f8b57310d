"""Statement or string where SQLAlchemy 2 wants something else

## Why is this bad?

SQLAlchemy 1.4 made a subquery of a query in `select_from` and of any statement in `join`, and took a query
for a statement in `execute`. Version 2.1 refuses all three. Strings in `filter`, `where`, `having` and
`from_statement` are refused by every version since 1.4; so are those in `order_by` and `group_by` that are
more than the name of a column.

## Example

```python
from sqlalchemy import Column, Integer, func, select
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    age = Column(Integer)


def adults(session: Session) -> int:
    users = session.query(User).filter(User.age >= 18)
    return session.scalar(select(func.count()).select_from(users))


def sorted_users(session: Session) -> list[User]:
    return session.scalars(select(User).where("age > 18").order_by("age desc")).all()
```

Use instead:

```python
from sqlalchemy import Column, Integer, func, select, text
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    age = Column(Integer)


def adults(session: Session) -> int:
    users = session.query(User).filter(User.age >= 18)
    return session.scalar(select(func.count()).select_from(users.subquery()))


def sorted_users(session: Session) -> list[User]:
    return session.scalars(select(User).where(text("age > 18")).order_by(text("age desc"))).all()
```

## Fix safety

Strings are wrapped in `text()`, which is safe: they were refused. `subquery()` is unsafe, as it names its
columns in a way of its own, and so is `statement` for a query in `execute`.

## References

- [SQLAlchemy 2.1: implicit coercions removed](https://docs.sqlalchemy.org/en/21/changelog/migration_21.html)
- [A SELECT is no longer a FROM clause](https://docs.sqlalchemy.org/en/20/changelog/migration_14.html#change-4617)
- [`text()`](https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses._orm_kinds import REFINING, WIDENING
from stackcheck_rules.analyses.coerced_arguments import CLAUSES, EXECUTING, FROMS, Coerced, coerced_arguments
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import inserted_after, replaced, source
from stackcheck_rules.sqlalchemy._receivers import CONNECTIONS, SESSIONS, receivers

STATEMENTS = {"query", "select", "compound"}
# A select in `select_from` is reported by STK265.
REFUSED = {"select_from": {"query"}, "join": STATEMENTS, "outerjoin": STATEMENTS}
OF_QUERIES = REFINING | WIDENING | {"with_entities"}
# What stands in SQL and in no name of a column or a label.
SQL = re.compile(r"[(),]|\s(?:asc|desc)\b", re.IGNORECASE)

rule = Rule(
    "STK225",
    requires=(KINDS, coerced_arguments),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(coerced_arguments)
def check(fact: Coerced, ctx: Context) -> Iterator[Finding]:
    call, argument = fact.call, fact.argument
    if call.name in EXECUTING:
        if receivers(call, SESSIONS | CONNECTIONS, ctx) and is_queried(fact.value):
            said = f"`{call.name}` of a query is refused since SQLAlchemy 2.1; pass its `statement`"
            yield Finding(argument.span, said, called(argument, ".statement", ctx))
    elif not receivers(call, {"query", "select"}, ctx):
        return
    elif call.name in FROMS and (word := refused_word(fact, ctx)):
        a = "a query" if word == "query" else "a `select()`"
        said = f"`{call.name}` of {a} is refused since SQLAlchemy 2.1; pass its `subquery()`"
        yield Finding(argument.span, said, called(argument, ".subquery()", ctx))
    elif call.name in CLAUSES and is_sql(call, argument):
        said = f"a string of SQL is refused by `{call.name}`; wrap it in `text()`"
        yield Finding(argument.span, said, wrapped(argument, call.scope, ctx))


def is_queried(value: Expr) -> bool:
    """Whether a chain is of a query that begins with it: `Query` in an annotation is often said of a `select()`."""
    match value:
        case ("call", ("attr", inner, str(name)), _, _):
            return name == "query" or (name in OF_QUERIES and is_queried(inner))
        case ("either", parts):
            return all(map(is_queried, parts))
    return False


def refused_word(fact: Coerced, ctx: Context) -> str:
    """The kind of statement that stands for a FROM, if it surely is one."""
    kind = ctx.kind(fact.value, fact.call.scope)
    return kind.word if kind.word in REFUSED[fact.call.name] and kind.certain else ""


def is_sql(call: Call, argument: Argument) -> bool:
    """Whether a string is not the name of a column, which `order_by` and `group_by` take."""
    return call.name not in {"order_by", "group_by"} or SQL.search(argument.expr[1]) is not None


def called(argument: Argument, tail: str, ctx: Context) -> Fix | None:
    if argument.expr[0] not in {"name", "attr", "call"}:
        return None
    edit = inserted_after(argument.value, tail, ctx)
    return Fix((edit,), f"Pass the `{tail.strip('.()')}`", applicability="unsafe")


def wrapped(argument: Argument, scope: str, ctx: Context) -> Fix | None:
    text = ctx.name("sqlalchemy.text", scope)
    if text is None:
        return None
    code = f"{text.code}({source(argument.value, ctx)})"
    return Fix((replaced(argument.value, code, ctx),), "Wrap it in `text()`", text.requests)
