"""Alias of a join, which is another thing in SQLAlchemy 2

## Why is this bad?

In SQLAlchemy 1 `join.alias()` was a subquery that selects from the join, with columns like `users_id`. In
SQLAlchemy 2 it renders the join with a name behind it, which most databases refuse, and its columns have
other names (`id`). Neither an error nor a warning says so.

## Example

```python
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, select

metadata = MetaData()
users = Table("users", metadata, Column("id", Integer, primary_key=True))
posts = Table("posts", metadata, Column("user_id", ForeignKey("users.id")))
both = users.join(posts).alias("both")
statement = select(both)
```

Use instead:

```python
from sqlalchemy import (
    LABEL_STYLE_TABLENAME_PLUS_COL,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    select,
)

metadata = MetaData()
users = Table("users", metadata, Column("id", Integer, primary_key=True))
posts = Table("posts", metadata, Column("user_id", ForeignKey("users.id")))
both = users.join(posts).select().set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL).subquery("both")
statement = select(both)
```

## Fix safety

Unsafe: it makes what SQLAlchemy 1 made, and code that was written for SQLAlchemy 2 may mean the other thing.
No fix is offered for `flat=True`.

## References

- [SQLAlchemy: `Join`](https://docs.sqlalchemy.org/en/20/core/selectable.html#sqlalchemy.sql.expression.Join)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import replaced, source
from stackcheck_rules.sqlalchemy._core_values import receiver_of
from stackcheck_rules.sqlalchemy._generative import LABELS

rule = Rule(
    "STK288",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    if call.name == "alias":
        receiver = receiver_of(call, ctx)
        if receiver.word == "join" and receiver.certain:
            message = "`alias` of a join is no subquery in SQLAlchemy 2.0; select from the join and make one"
            yield Finding(call.call.at, message, fix_of(call, ctx))


def fix_of(call: CoreCall, ctx: Context) -> Fix | None:
    style, name = ctx.name(f"sqlalchemy.{LABELS}"), call.at(0, "name")
    if style is None or len(call.given) > 1 or (call.given and name is None):
        return None
    called = Span(*call.call.at[:2], *call.call.whole[2:])
    given = source(name.argument.value, ctx) if name else ""
    new = f"select().set_label_style({style.code}).subquery({given})"
    return Fix((replaced(called, new, ctx),), "Make a subquery", style.requests, "unsafe")
