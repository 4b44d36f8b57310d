"""Column of a result of entities, which was the entity itself

## Why is this bad?

In SQLAlchemy 1.4 `session.execute(select(User)).columns(0)` gave `User` objects. In SQLAlchemy 2.0 it gives rows
that hold one `User` each. Nothing raises and nothing warns where it is called; what works with the objects
gets tuples. `scalars()` gives the objects in either.

## Example

```python
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)


def users(session: Session) -> list[User]:
    return session.execute(select(User)).columns(0).all()
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


def users(session: Session) -> list[User]:
    return session.execute(select(User)).scalars().all()
```

## Fix safety

Unsafe: it gives what SQLAlchemy 1.4 gave, which is not what SQLAlchemy 2 gives today.

## References

- [`Result.columns()`](https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Result.columns)
- [`Result.scalars()`](https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Result.scalars)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses.kinds import KINDS, SESSIONS
from stackcheck_rules.analyses.row_uses import RowUse, row_uses
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._rows import execution_of

ORM = {*SESSIONS, "session-registry"}

rule = Rule(
    "STK287",
    requires=(KINDS, row_uses),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(row_uses)
def check(use: RowUse, ctx: Context) -> Iterator[Finding]:
    if use.form != "columns":
        return
    result, execution = ctx.kind(use.value, use.scope), execution_of(use.value, use.scope, ctx)
    if execution is None or execution.by not in ORM or result.word != "result" or not result.certain:
        return
    if result.args and result.args[0].word == "class":
        called = Span(use.at.line, use.at.column, use.whole.end_line, use.whole.end_column)
        fix = Fix(ctx.edits([(called, "scalars()")]), "Use `scalars()`", applicability="unsafe")
        yield Finding(
            use.at, "`columns()` of entities gives rows in SQLAlchemy 2, not the entities; use `scalars()`", fix
        )
