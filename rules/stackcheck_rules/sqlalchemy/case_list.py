"""Conditions of `case` in a list

## Why is this bad?

SQLAlchemy 2 takes the pairs of `case` one by one. A list of them raises `ArgumentError`, and the argument
`whens` raises `TypeError`. A dictionary beside `value` is still taken: `case({"a": 1}, value=column)`.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Table, case

users = Table("users", MetaData(), Column("id", Integer), Column("age", Integer))
group = case([(users.c.age < 18, "child"), (users.c.age < 65, "adult")], else_="senior")
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, Table, case

users = Table("users", MetaData(), Column("id", Integer), Column("age", Integer))
group = case((users.c.age < 18, "child"), (users.c.age < 65, "adult"), else_="senior")
```

## Fix safety

Safe where the list is written out in the call or in the same function, unsafe where only an annotation
says that a name holds a list.

## References

- [SQLAlchemy: `case()`](https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.case)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_rewrite import rewritten
from stackcheck_rules.sqlalchemy._core_values import is_list, symbol_of

rule = Rule(
    "STK257",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    if symbol_of(call, ctx) != "sqlalchemy.case":
        return
    whens = call.at(0, "whens")
    listed = whens is not None and whens.form != "Tuple" and is_list(whens, call.call.scope, ctx)
    if whens is None or not (listed or whens.name):
        return
    dictionary = whens.form == "Dict" or ctx.kind(whens.value, call.call.scope).word == "dict"
    known = listed or whens.form == "Dict"
    fix = rewritten(call, {}, whens, "Pass the conditions one by one", ctx) if known else None
    what = "a dictionary of conditions without a name" if dictionary else "conditions one by one, not as a list"
    yield Finding(call.call.at, f"`case` takes {what}", fix)
