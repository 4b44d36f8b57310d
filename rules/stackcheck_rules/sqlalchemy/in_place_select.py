"""Select that is changed in place

## Why is this bad?

`append_whereclause` and the other `append_…` methods changed a select where it stood. SQLAlchemy 2 has
none of them (`AttributeError`): a statement is never changed, each method returns a new one.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Table, select

users = Table("users", MetaData(), Column("id", Integer), Column("age", Integer))


def found(age: int | None):
    query = select(users.c.id)
    if age is not None:
        query.append_whereclause(users.c.age == age)
    query.append_order_by(users.c.id)
    return query
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, Table, select

users = Table("users", MetaData(), Column("id", Integer), Column("age", Integer))


def found(age: int | None):
    query = select(users.c.id)
    if age is not None:
        query = query.where(users.c.age == age)
    query = query.order_by(users.c.id)
    return query
```

## Fix safety

Unsafe: the name is bound anew, and whoever else holds the old select sees nothing of it. No fix is offered
for a parameter, whose select belongs to the caller, for a name of another scope, and for anything that is
no local name.

## References

- [SQLAlchemy: `Select`](https://docs.sqlalchemy.org/en/20/core/selectable.html#sqlalchemy.sql.expression.Select)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import replaced, source
from stackcheck_rules.sqlalchemy._core_values import receiver_of

METHODS = {
    "append_column": "add_columns",
    "append_correlation": "correlate",
    "append_from": "select_from",
    "append_group_by": "group_by",
    "append_having": "having",
    "append_order_by": "order_by",
    "append_prefix": "prefix_with",
    "append_whereclause": "where",
}

rule = Rule(
    "STK261",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    if call.name in METHODS:
        receiver = receiver_of(call, ctx)
        if receiver.word in {"select", "compound"} and receiver.certain:
            new = METHODS[call.name]
            message = f"`{call.name}` is gone in SQLAlchemy 2.0; bind what `{new}` returns"
            yield Finding(call.call.at, message, fix_of(call, new, ctx))


def fix_of(call: CoreCall, new: str, ctx: Context) -> Fix | None:
    name = source(call.call.owner, ctx)
    bound = ctx.outline.scopes[call.call.scope].bindings.get(name, ())
    if call.call.used or not bound or any(binding.expr[0] == "param" for binding in bound):
        return None
    edits = (replaced(call.call.owner, f"{name} = {name}", ctx), replaced(call.call.at, new, ctx))
    return Fix(edits, f"Bind what `{new}` returns", (), "unsafe")
