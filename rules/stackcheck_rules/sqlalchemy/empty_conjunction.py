"""Conjunction or disjunction of nothing

## Why is this bad?

`and_()` and `or_()` without a condition are deprecated: what they mean is not clear, and SQLAlchemy leaves
them out of the statement. So `where(or_(*conditions))` of an empty list finds every row, where "none of
these" should find none. Begin with a value: `and_(True, …)`, `or_(False, …)`.

A list that is unpacked is reported where it begins empty, where everything is added under a condition, and
where nothing asks whether it is still empty.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Table, and_, select

users = Table("users", MetaData(), Column("id", Integer), Column("age", Integer))


def found(age: int | None):
    conditions = []
    if age is not None:
        conditions.append(users.c.age == age)
    return select(users).where(and_(*conditions))
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, Table, and_, select

users = Table("users", MetaData(), Column("id", Integer), Column("age", Integer))


def found(age: int | None):
    conditions = []
    if age is not None:
        conditions.append(users.c.age == age)
    return select(users).where(and_(True, *conditions))
```

## Fix safety

Safe for `and_()` as an argument of `where`, `filter`, `having` or `and_`, where True changes nothing.
Elsewhere unsafe: inside `or_` an empty `and_()` was left out, and True is not. `or_(False, …)` finds nothing
where SQLAlchemy left the empty `or_()` out, and found everything.

## References

- [SQLAlchemy: `and_()`](https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.and_)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.maybe_empty import Unpacked, maybe_empty
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import replaced, source
from stackcheck_rules.sqlalchemy._core_values import symbol_of

# Function -> what it is of nothing.
VALUES = {"sqlalchemy.and_": "True", "sqlalchemy.or_": "False"}
CONJUNCTIVE = {"and_", "filter", "having", "where"}

rule = Rule(
    "STK266",
    requires=(KINDS, core_calls, maybe_empty),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="warning",
)


@rule.on_fact(core_calls)
def check_call(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    value = VALUES.get(symbol_of(call, ctx))
    if value is not None and not call.given:
        behind = Span(*call.call.at[2:], *call.call.whole[2:])
        edit = replaced(behind, f"({value})", ctx)
        safe = value == "True" and call.around in CONJUNCTIVE
        fix = Fix((edit,), f"Begin with {value}", (), "safe" if safe else "unsafe")
        yield Finding(call.call.whole, f"`{call.name}()` of nothing is deprecated; begin with {value}", fix)


@rule.on_fact(maybe_empty)
def check_list(use: Unpacked, ctx: Context) -> Iterator[Finding]:
    symbol = ctx.symbol(use.function, use.scope)
    value = VALUES.get(symbol)
    if value is not None:
        fix = Fix((replaced(use.at, f"{value}, {source(use.at, ctx)}", ctx),), f"Begin with {value}", (), "unsafe")
        name = symbol.rpartition(".")[2]
        yield Finding(use.called, f"`{name}` may be of nothing, which is deprecated; begin with {value}", fix)
