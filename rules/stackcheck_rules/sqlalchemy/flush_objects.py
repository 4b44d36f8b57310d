"""Flush of some objects of a session only

## Why is this bad?

SQLAlchemy 2.1 deprecates `session.flush([user])`. Flushing some of the pending objects was never what it
seemed: it left objects that depend on these unwritten and cascades half done. `session.flush()` writes all
that is pending, in the right order.

## Example

```python
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)


def create(session: Session) -> int:
    user = User()
    session.add(user)
    session.flush([user])
    return user.id
```

Use instead:

```python
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)


def create(session: Session) -> int:
    user = User()
    session.add(user)
    session.flush()
    return user.id
```

## Fix safety

Unsafe: other pending objects are written too, earlier than before.

## References

- [`Session.flush()`](https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.Session.flush)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_calls import database_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import without_argument
from stackcheck_rules.sqlalchemy._receivers import SESSIONS, receivers

rule = Rule(
    "STK236",
    requires=(KINDS, database_calls),
    versions={"sqlalchemy": "2.1"},
    severity="warning",
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(database_calls)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    objects = call.argument(0, "objects") if call.name == "flush" else None
    if objects is None or objects.expr == ("const", None) or not receivers(call, SESSIONS, ctx):
        return
    edit = without_argument(objects, call, ctx)
    fix = Fix((edit,), "Flush all that is pending", applicability="unsafe") if edit is not None else None
    yield Finding(objects.span, "flushing some objects only is deprecated in SQLAlchemy 2.1; use `flush()`", fix)
