"""Division of integer columns

## Why is this bad?

`a / b` of two integer columns was what the database makes of it in SQLAlchemy 1: a whole number on
PostgreSQL and SQLite, a fraction on MySQL and Oracle. In SQLAlchemy 2 it is a fraction everywhere, and
`a // b` is the whole number. Neither an error nor a warning says so.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Table, select

games = Table("games", MetaData(), Column("points", Integer), Column("rounds", Integer))
average = select(games.c.points / games.c.rounds)
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, Table, select

games = Table("games", MetaData(), Column("points", Integer), Column("rounds", Integer))
average = select(games.c.points // games.c.rounds)
```

## References

- [SQLAlchemy 2.0: Python division operator performs true division for all backends](https://docs.sqlalchemy.org/en/20/changelog/whatsnew_20.html#python-division-operator-performs-true-division-for-all-backends-added-floor-division)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.divisions import Division, divisions
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._core_columns import type_of

TYPES = words("Integer BigInteger SmallInteger INTEGER BIGINT SMALLINT INT")
INTEGERS = {"builtins.int", *(f"sqlalchemy.{name}" for name in TYPES)}

rule = Rule(
    "STK292",
    requires=(KINDS, divisions),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    outside=(sqlalchemy_branches,),
    severity="info",
    default=False,
)


@rule.on_fact(divisions)
def check(use: Division, ctx: Context) -> Iterator[Finding]:
    whole = use.number or type_of(use.right, use.scope, ctx) in INTEGERS
    if whole and type_of(use.left, use.scope, ctx) in INTEGERS:
        yield Finding(use.at, "`/` of integer columns is a fraction in SQLAlchemy 2.0; `//` is the whole number")
