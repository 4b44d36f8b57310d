"""Subquery where `in_` wants a select

## Why is this bad?

`in_` takes a `select()`. Of a subquery it makes one again, `SELECT … FROM (SELECT …)`, and SQLAlchemy warns
of that with every run.

## Example

```python
from sqlalchemy import Column, ForeignKey, Integer, select
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))


def authors(session: Session) -> list[User]:
    return session.scalars(select(User).where(User.id.in_(select(Post.user_id).subquery()))).all()
```

Use instead:

```python
from sqlalchemy import Column, ForeignKey, Integer, select
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))


def authors(session: Session) -> list[User]:
    return session.scalars(select(User).where(User.id.in_(select(Post.user_id)))).all()
```

## Fix safety

Safe: the same rows are found. A subquery in a variable becomes `select(variable)`, the statement of before.
Unsafe is to take `subquery()` away where it has a limit, or may be of the same table as the column: MySQL takes
either only in a subquery of its own.

## References

- [`ColumnOperators.in_()`](https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.ColumnOperators.in_)
- [SQLAlchemy: `in_` against a SELECT](https://docs.sqlalchemy.org/en/20/core/operators.html#in-against-a-select-statement)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Fix, Rule
from stackcheck_rules.analyses.coerced_arguments import MEMBERSHIP, Coerced, coerced_arguments
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.orm_classes import orm_classes
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import has_comment, replaced, source
from stackcheck_rules.sqlalchemy._entities import entity_of, statement_entity

# Steps after which a statement may be limited, or of more tables than its first.
WIDER = {"limit", "offset", "slice", "fetch", "join", "outerjoin", "select_from", "join_from", "from_statement"}

rule = Rule(
    "STK226",
    requires=(KINDS, coerced_arguments, orm_classes),
    versions={"sqlalchemy": "1.4"},
    severity="warning",
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(coerced_arguments)
def check(fact: Coerced, ctx: Context) -> Iterator[Finding]:
    if fact.call.name not in MEMBERSHIP:
        return
    kind = ctx.kind(fact.value, fact.call.scope)
    made = fact.value[0] == "call" and fact.value[1][0] == "attr" and fact.value[1][2] == "subquery"
    if kind.word == "subquery" and kind.certain and made:
        said = f"`{fact.call.name}` makes a select of a subquery again, and warns; pass the select itself"
        yield Finding(fact.argument.span, said, fix_of(fact, ctx))


def fix_of(fact: Coerced, ctx: Context) -> Fix | None:
    match fact.argument.expr:
        case ("call", ("attr", inner, "subquery"), _, _):
            return unwrapped(fact, inner, ctx)
        case ("name" | "attr", *_):
            select = ctx.name("sqlalchemy.select", fact.call.scope)
            if select is None:
                return None
            code = f"{select.code}({source(fact.argument.value, ctx)})"
            return Fix((replaced(fact.argument.value, code, ctx),), "Select from the subquery", select.requests)
    return None


def unwrapped(fact: Coerced, inner: Expr, ctx: Context) -> Fix | None:
    """The edit that takes `.subquery()` away."""
    text = source(fact.argument.value, ctx)
    head = text[: text.rindex(".subquery")] if ".subquery" in text else ""
    if not head or has_comment(fact.argument.value, ctx):
        return None
    edit = replaced(fact.argument.value, head.rstrip(), ctx)
    safe = is_apart(fact, inner, ctx)
    return Fix((edit,), "Pass the select itself", applicability="safe" if safe else "unsafe")


def is_apart(fact: Coerced, inner: Expr, ctx: Context) -> bool:
    """Whether a statement is of one other table than the column, without a limit."""
    scope = fact.call.scope
    column = entity_of(fact.call.receiver[1], scope, ctx) if fact.call.receiver[0] == "attr" else None
    found = statement_entity(inner, scope, ctx)
    if column is None or found is None or found.safety != "safe" or column.cls == found.cls:
        return False
    while inner[0] == "call" and inner[1][0] == "attr":
        if inner[1][2] in WIDER:
            return False
        inner = inner[1][1]
    return True
