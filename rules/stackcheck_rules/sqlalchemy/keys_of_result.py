"""Keys of a result that has none, or that are used as a list

## Why is this bad?

`result.keys()` of an INSERT, UPDATE or DELETE without RETURNING was an empty list in SQLAlchemy 1.x. Such a
result has no rows, and SQLAlchemy 2.0 raises `ResourceClosedError`; `result.returns_rows` says
beforehand whether there are any.

Since SQLAlchemy 1.4 the keys are a view: `result.keys()[0]` raises `TypeError`.

## Example

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite://")

with engine.connect() as connection:
    result = connection.execute(text("SELECT 1 AS id, 'ann' AS name"))
    first = result.keys()[0]
```

Use instead:

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite://")

with engine.connect() as connection:
    result = connection.execute(text("SELECT 1 AS id, 'ann' AS name"))
    first = next(iter(result.keys()))
```

## Fix safety

Safe: an index of the view fails in SQLAlchemy 1.4 as well. For the keys of a result without rows no fix
is offered.

## References

- [`Result.keys()`](https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Result.keys)
- [`CursorResult.returns_rows`](https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.CursorResult.returns_rows)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Fix, Rule, TextEdit
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.row_branches import row_branches
from stackcheck_rules.analyses.row_uses import RowUse, row_uses
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import extent
from stackcheck_rules.sqlalchemy._rows import execution_of, stands_at

DML = {"insert", "update", "delete"}
WITHOUT_ROWS = re.compile(r"\s*(?:insert|update|delete|create|drop|alter|truncate)\b(?!.*\breturning\b)", re.I | re.S)
RESULTS = {"result", "async-result"}

rule = Rule(
    "STK278",
    requires=(KINDS, row_uses),
    versions={"sqlalchemy": "1.4"},
    outside=(row_branches, sqlalchemy_branches),
)


@rule.on_fact(row_uses)
def check(use: RowUse, ctx: Context) -> Iterator[Finding]:
    if use.form not in {"keys", "keys[]"} or ctx.kind(use.value, use.scope).word not in RESULTS:
        return
    if use.form == "keys[]":
        edits = indexed(use, ctx)
        fix = Fix(edits, "Make a list of them") if edits else None
        yield Finding(use.at, "the keys of a result are a view, which has no index; make a list of them", fix)
        return
    execution = execution_of(use.value, use.scope, ctx)
    if execution and "returns_rows" not in ctx.text and has_no_rows(execution.statement, use.scope, ctx):
        yield Finding(use.at, "a result without rows has no keys and raises in SQLAlchemy 2; ask `returns_rows` first")


def indexed(use: RowUse, ctx: Context) -> tuple[TextEdit, ...] | None:
    start, end = extent(use.owner, ctx)
    if not stands_at(use.written, ctx.text[start:end]):
        return None
    if use.key == ("const", 0):
        return (TextEdit(start, start, "next(iter("), TextEdit(end, extent(use.whole, ctx).end, "))"))
    return (TextEdit(start, start, "list("), TextEdit(end, end, ")"))


def has_no_rows(statement: Expr, scope: str, ctx: Context) -> bool:
    """Whether a statement is known to give none, from the first call of it to the last."""
    match statement:
        case ("const", str(sql)):
            return WITHOUT_ROWS.match(sql) is not None
        case ("call", function, (("const", str(sql)), *_), _) if ctx.symbol(function, scope) == "sqlalchemy.text":
            return WITHOUT_ROWS.match(sql) is not None
        case ("call", ("attr", owner, name), _, _) if ctx.kind(owner, scope).word in DML:
            return name != "returning" and has_no_rows(owner, scope, ctx)
        case ("call", _, _, _):
            return ctx.kind(statement, scope).word in DML
    return False
