"""Name of a column that is looked up in a row with `in`

## Why is this bad?

A row that a connection of SQLAlchemy 1.x gave was a mapping for `in`: `"name" in row` asked whether there is
such a column. In SQLAlchemy 2.0 a row is a tuple, and the same test asks whether one of the values is
`"name"`. Nothing raises and nothing warns; the test is simply False. `"name" in row._mapping` asks for
the column in either.

Rows of queries have always been searched by value, those of sessions and of asyncio since 1.4; they are left
alone.

## Example

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite://")

with engine.connect() as connection:
    for row in connection.execute(text("SELECT 1 AS id, 'ann' AS name")):
        if "name" in row:
            print(row)
```

Use instead:

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite://")

with engine.connect() as connection:
    for row in connection.execute(text("SELECT 1 AS id, 'ann' AS name")):
        if "name" in row._mapping:
            print(row)
```

## Fix safety

Safe in a project that still allows SQLAlchemy 1.4, where the two ask the same. Unsafe in one that runs on
SQLAlchemy 2 already, where the test asks for a value today.

## References

- [SQLAlchemy 2.0: ResultRows act like named tuples](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#result-rows-act-like-named-tuples)
- [What's new in 1.4: `RowProxy` is no longer a proxy](https://docs.sqlalchemy.org/en/14/changelog/migration_14.html#rowproxy-is-no-longer-a-proxy-is-now-called-row-and-behaves-like-an-enhanced-named-tuple)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Fix, Rule
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.row_branches import row_branches
from stackcheck_rules.analyses.row_uses import RowUse, row_uses
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._rows import execution_of, is_column, mapping, row_of

OF_CORE = {"connection", "engine"}

rule = Rule(
    "STK277",
    requires=(KINDS, row_uses),
    versions={"sqlalchemy": "1.4"},
    outside=(row_branches, sqlalchemy_branches),
)


@rule.on_fact(row_uses)
def check(use: RowUse, ctx: Context) -> Iterator[Finding]:
    if use.form not in {"in", "not in"} or not is_name(use.key, use.scope, ctx):
        return
    row, execution = row_of(use, ctx), execution_of(use.value, use.scope, ctx)
    if row is None or not row.certain or execution is None or execution.by not in OF_CORE:
        return
    as_before = ctx.migrating("sqlalchemy") or not ctx.allows("sqlalchemy", "2")
    edits = mapping(use, ctx)
    fix = Fix(edits, "Use `._mapping`", applicability="safe" if as_before else "unsafe") if edits else None
    yield Finding(
        use.at, f"`{use.form}` looks among the values of a row in SQLAlchemy 2, not its names; ask `row._mapping`", fix
    )


def is_name(key: Expr, scope: str, ctx: Context) -> bool:
    """Whether what is looked up can only be meant as a column: an identifier, or the column itself."""
    if key[0] == "const":
        return str(key[1]).isidentifier()
    return is_column(key, scope, ctx)
