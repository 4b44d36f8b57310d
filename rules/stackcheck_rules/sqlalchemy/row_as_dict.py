"""Row that is used as a dictionary

## Why is this bad?

A `Row` of SQLAlchemy 2.0 is a named tuple: it has no `keys()`, `items()`, `values()` and `has_key()`, `dict(row)`
raises `TypeError` because it is no mapping, and so do `{**row}` and `User(**row)`. SQLAlchemy 1.4
warns of them. The dictionary is `row._mapping`; a result whose rows are all to be dictionaries gives them
by `result.mappings()`.

Rows are followed from the statement that was executed, or the query, through loops, `fetchall()` and functions,
in whatever file they stand. `dict(rows)`, of a list of rows with two columns, and what is not proven to
be a row are left alone.

## Example

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite://")

with engine.connect() as connection:
    rows = connection.execute(text("SELECT 1 AS id, 'ann' AS name")).fetchall()

users = [dict(row) for row in rows]
```

Use instead:

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite://")

with engine.connect() as connection:
    rows = connection.execute(text("SELECT 1 AS id, 'ann' AS name")).fetchall()

users = [dict(row._mapping) for row in rows]
```

## Fix safety

Safe: in SQLAlchemy 1.4 the row asks the same mapping. `items()` and `values()` were lists there; where they
are not only looped over, the fix makes a list of them. Unsafe where the value is only probably a row.

No fix is offered for `map(dict, rows)` of a list, while `map(dict, result)` takes `result.mappings()`, and for
`row.values()[0]`, which is `row[0]`.

## References

- [SQLAlchemy 2.0: ResultRows act like named tuples](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#result-rows-act-like-named-tuples)
- [`Result.mappings()`](https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Result.mappings)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Kind, Rule
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.row_branches import row_branches
from stackcheck_rules.analyses.row_uses import RowUse, row_uses
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._row_dicts import METHODS, as_mapping

MAKERS = {"builtins.dict", "builtins.map", "collections.OrderedDict"}

rule = Rule(
    "STK276",
    requires=(KINDS, row_uses),
    versions={"sqlalchemy": "1.4"},
    outside=(row_branches, sqlalchemy_branches),
)


@rule.on_fact(row_uses)
def check(use: RowUse, ctx: Context) -> Iterator[Finding]:
    match use.form:
        case "dict" | "map" if ctx.symbol(use.key, use.scope) not in MAKERS:
            return
        case "dict" | "**":
            message = "a row is no mapping in SQLAlchemy 2; make the dictionary of `row._mapping`"
        case "map":
            message = "a row is no mapping in SQLAlchemy 2; make the dictionaries of `result.mappings()`"
        case name if name in METHODS:
            message = f"a row has no `{name}()` in SQLAlchemy 2; ask `row._mapping`"
        case _:
            return
    row = dictionary_of(use, ctx)
    if row is not None:
        edits = as_mapping(use, row, ctx)
        fix = Fix(edits, "Use `._mapping`", applicability="safe" if row.certain else "unsafe") if edits else None
        yield Finding(use.at, message, fix)


def dictionary_of(use: RowUse, ctx: Context) -> Kind | None:
    """The row that is to be a dictionary, or what gives the rows that `map` makes dictionaries of."""
    match use.form, ctx.kind(use.value, use.scope):
        case "map", Kind(word="result") | Kind(word="list", args=(Kind(word="row"), *_)) as rows:
            return rows
        case form, Kind(word="row") as row if form != "map":
            return row
    return None
