"""Row that is asked for the tuple that it is

## Why is this bad?

In SQLAlchemy 2.1 a `Row` is a tuple to type checkers too: `Row[int, str]`. The accessors that said so before,
`row.t` and `row.tuple()`, `row._t` and `row._tuple()`, `result.t`, and `tuples()` of a result or a query,
give the same object back, and warn that they are deprecated.

## Example

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite://")

with engine.connect() as connection:
    for row in connection.execute(text("SELECT 1 AS id, 'ann' AS name")):
        user_id, name = row._tuple()
```

Use instead:

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite://")

with engine.connect() as connection:
    for row in connection.execute(text("SELECT 1 AS id, 'ann' AS name")):
        user_id, name = row
```

## Fix safety

Unsafe: the object is the same, but only the annotations of SQLAlchemy 2.1 tell type checkers what is in it.
`tuples()` of a query of one entity makes rows of its objects, and has no fix.

## References

- [Migrating to 2.1: `Row` represents the types of its columns without `Tuple`](https://docs.sqlalchemy.org/en/21/changelog/migration_21.html)
- [`Row.t`](https://docs.sqlalchemy.org/en/21/core/connections.html#sqlalchemy.engine.Row.t)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, TextEdit
from stackcheck_rules.analyses._result_kinds import ROW
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.row_uses import RowUse, row_uses
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._rows import rest_of

# What each accessor is of.
ACCESSORS = {
    "t": {"row", "result", "async-result"},
    "_t": {"row"},
    "tuple": {"row"},
    "_tuple": {"row"},
    "tuples": {"result", "async-result", "query"},
}

rule = Rule(
    "STK297",
    requires=(KINDS, row_uses),
    versions={"sqlalchemy": "2.1"},
    outside=(sqlalchemy_branches,),
    severity="warning",
)


@rule.on_fact(row_uses)
def check(use: RowUse, ctx: Context) -> Iterator[Finding]:
    if use.form not in ACCESSORS:
        return
    kind = ctx.kind(use.value, use.scope)
    if kind.word not in ACCESSORS[use.form]:
        return
    fix = None
    if kind.word != "query" or kind.args == (ROW,):
        fix = Fix((TextEdit(*rest_of(use, ctx), ""),), "Use it as it is", applicability="unsafe")
    written = f"`{use.form}()`" if "tuple" in use.form else f"`{use.form}`"
    yield Finding(use.at, f"{written} is deprecated in SQLAlchemy 2.1: a row is a tuple, to type checkers too", fix)
