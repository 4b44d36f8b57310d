"""Item of a row that is asked for by name

## Why is this bad?

A `Row` of SQLAlchemy 2.0 is a named tuple: `row["name"]` and `row[users.c.name]` raise `TypeError: tuple
indices must be integers or slices`. SQLAlchemy 1.4 warns of it. The names are attributes, `row.name`,
and keys of `row._mapping`, which takes strings and columns alike.

Rows are followed from the statement that was executed, or the query, through loops, `fetchall()` and functions,
in whatever file they stand. What `.mappings()` gives, what a driver gives and what is not proven to be
a row is left alone.

## Example

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite://")

with engine.connect() as connection:
    for row in connection.execute(text("SELECT 1 AS id, 'ann' AS name")):
        print(row["name"])
```

Use instead:

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite://")

with engine.connect() as connection:
    for row in connection.execute(text("SELECT 1 AS id, 'ann' AS name")):
        print(row._mapping["name"])
```

## Fix safety

Safe: in SQLAlchemy 1.4 `row["name"]` asks the same mapping. Unsafe where the value is only probably a row.
`row.name` reads better where it works; it does not for a column called `count` or `index`.

## References

- [SQLAlchemy 2.0: ResultRows act like named tuples](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#result-rows-act-like-named-tuples)
- [`Row._mapping`](https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Row._mapping)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.row_branches import row_branches
from stackcheck_rules.analyses.row_uses import RowUse, row_uses
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._rows import is_column, is_text, mapping, row_of

rule = Rule(
    "STK275",
    requires=(KINDS, row_uses),
    versions={"sqlalchemy": "1.4"},
    outside=(row_branches, sqlalchemy_branches),
)


@rule.on_fact(row_uses)
def check(use: RowUse, ctx: Context) -> Iterator[Finding]:
    row = row_of(use, ctx) if use.form == "[]" else None
    if row is None:
        return
    if is_text(use.key, use.scope, ctx):
        by = "name"
    elif is_column(use.key, use.scope, ctx):
        by = "column"
    else:
        return
    edits = mapping(use, ctx)
    fix = Fix(edits, "Use `._mapping`", applicability="safe" if row.certain else "unsafe") if edits else None
    yield Finding(use.at, f"a row has no items by {by} in SQLAlchemy 2; ask `row._mapping`", fix)
