"""Copy of a column

## Why is this bad?

`copy()` of columns and constraints is deprecated since SQLAlchemy 1.4 and to be taken away: it was never
meant for others. A table is copied whole, with `Table.to_metadata()`; a column for several tables is made by
a function, or stands in a mixin.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData()
users = Table("users", metadata, Column("id", Integer))
archive = Table("archive", metadata, *[column.copy() for column in users.columns])
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData()
users = Table("users", metadata, Column("id", Integer))
archive = users.to_metadata(metadata, name="archive")
```

## References

- [SQLAlchemy: `Column.copy()`](https://docs.sqlalchemy.org/en/20/core/metadata.html#sqlalchemy.schema.Column.copy)
- [SQLAlchemy: `Table.to_metadata()`](https://docs.sqlalchemy.org/en/20/core/metadata.html#sqlalchemy.schema.Table.to_metadata)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Rule
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._core_values import is_column

ITEMS = words("CheckConstraint Column Computed ForeignKey ForeignKeyConstraint Identity PrimaryKeyConstraint")
MADE = {f"sqlalchemy.{name}" for name in (*ITEMS, "UniqueConstraint")}

rule = Rule(
    "STK269",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="warning",
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    if call.name == "copy" and is_item(call.call.receiver, call.call.scope, ctx):
        yield Finding(call.call.at, "`copy` of a column or a constraint is deprecated; copy the table, or make another")


def is_item(value: Expr, scope: str, ctx: Context) -> bool:
    """Whether an expression is a column or a constraint."""
    match value:
        case ("call", function, _, _):
            return ctx.symbol(function, scope) in MADE
        case ("item", ("attr", table, "c" | "columns" | "constraints" | "foreign_keys" | "primary_key")):
            return ctx.kind(table, scope).word == "table"
    return is_column(value, scope, ctx)
