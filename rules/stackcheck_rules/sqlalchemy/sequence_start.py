"""Sequence without a start

## Why is this bad?

SQLAlchemy 1 created a sequence with `START WITH 1` where nothing was said, SQLAlchemy 2 leaves it to the
database. Most begin with 1 all the same; SQL Server begins with the lowest number of its type. Say it where
the schema is to stay the same.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Sequence, Table

users = Table("users", MetaData(), Column("id", Integer, Sequence("user_ids")))
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, Sequence, Table

users = Table("users", MetaData(), Column("id", Integer, Sequence("user_ids", start=1)))
```

## References

- [SQLAlchemy 2.0: the `Sequence` construct reverts to not having any explicit default "start" value](https://docs.sqlalchemy.org/en/20/changelog/whatsnew_20.html#the-sequence-construct-reverts-to-not-having-any-explicit-default-start-value-impacts-ms-sql-server)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._core_values import symbol_of

rule = Rule(
    "STK295",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="info",
    default=False,
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    says_nothing = call.call.whole_known and call.at(1, "start") is None
    if says_nothing and symbol_of(call, ctx) == "sqlalchemy.Sequence":
        yield Finding(call.call.at, "a sequence has no `START WITH 1` in SQLAlchemy 2.0; say `start=1`")
