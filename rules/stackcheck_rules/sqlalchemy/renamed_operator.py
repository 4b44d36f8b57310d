"""Operator of a column under its old name

## Why is this bad?

SQLAlchemy 1.4 gave the operators that negate names with `not_` and `is_not`, and the orders of NULL names
with `nulls_`. The old names go on working in all versions; this rule is for those who want one spelling.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Table, select

users = Table("users", MetaData(), Column("id", Integer), Column("age", Integer))
found = select(users).where(users.c.id.notin_([1, 2])).order_by(users.c.age.nullslast())
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, Table, select

users = Table("users", MetaData(), Column("id", Integer), Column("age", Integer))
found = select(users).where(users.c.id.not_in([1, 2])).order_by(users.c.age.nulls_last())
```

## Fix safety

Safe: both names are the same function. What is not known to be a column is left alone.

## References

- [SQLAlchemy: `ColumnOperators`](https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.ColumnOperators)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.operator_calls import RENAMED, operator_calls
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import replaced
from stackcheck_rules.sqlalchemy._core_values import is_element

rule = Rule(
    "STK267",
    requires=(KINDS, operator_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="info",
    default=False,
)


@rule.on_fact(operator_calls)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    if is_element(call.receiver, call.scope, ctx):
        new = RENAMED[call.name]
        fix = Fix((replaced(call.at, new, ctx),), f"Use `{new}`")
        yield Finding(call.at, f"`{call.name}` is the old name of `{new}`", fix)
