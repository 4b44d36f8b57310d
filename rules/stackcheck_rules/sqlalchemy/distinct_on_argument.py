"""Columns in `distinct`

## Why is this bad?

`distinct(column)` of a query or a select means PostgreSQL's `DISTINCT ON`, and a plain `DISTINCT` on every
other database. SQLAlchemy 2.1 deprecates it: `ext(distinct_on(column))` says what is meant.

## Example

```python
from sqlalchemy import Column, Integer, String, select
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class Visit(Base):
    __tablename__ = "visits"

    id = Column(Integer, primary_key=True)
    page = Column(String)


def newest(session: Session) -> list[Visit]:
    latest = select(Visit).distinct(Visit.page).order_by(Visit.page, Visit.id.desc())
    return session.scalars(latest).all()
```

Use instead:

```python
from sqlalchemy import Column, Integer, String, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class Visit(Base):
    __tablename__ = "visits"

    id = Column(Integer, primary_key=True)
    page = Column(String)


def newest(session: Session) -> list[Visit]:
    latest = select(Visit).ext(distinct_on(Visit.page)).order_by(Visit.page, Visit.id.desc())
    return session.scalars(latest).all()
```

## Fix safety

Unsafe: databases other than PostgreSQL compiled the columns away, and refuse `distinct_on`. No fix is
offered for `distinct(*columns)`, which is a plain `DISTINCT` if there are none.

## References

- [`distinct_on()`](https://docs.sqlalchemy.org/en/21/dialects/postgresql.html#sqlalchemy.dialects.postgresql.distinct_on)
- [`Select.distinct()`](https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.Select.distinct)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import replaced, source
from stackcheck_rules.sqlalchemy._receivers import receivers

rule = Rule(
    "STK224",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "2.1"},
    severity="warning",
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(core_calls)
def check(fact: CoreCall, ctx: Context) -> Iterator[Finding]:
    call = fact.call
    if call.name == "distinct" and call.arguments and receivers(call, {"query", "select"}, ctx):
        said = "`distinct` with columns is deprecated since SQLAlchemy 2.1; use `ext(distinct_on(…))`"
        yield Finding(call.at, said, fix_of(call, ctx))


def fix_of(call: Call, ctx: Context) -> Fix | None:
    function = ctx.name("sqlalchemy.dialects.postgresql.distinct_on", call.scope)
    if function is None or not call.whole_known:
        return None
    arguments = source(Span(*call.at[2:], *call.whole[2:]), ctx)
    edit = replaced(Span(*call.at[:2], *call.whole[2:]), f"ext({function.code}{arguments})", ctx)
    return Fix((edit,), "Use `distinct_on()`", function.requests, "unsafe")
