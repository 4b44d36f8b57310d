"""Write that is rolled back because nothing commits it

## Why is this bad?

SQLAlchemy 1.x committed by itself after an INSERT, an UPDATE, a DELETE and after DDL. Since 2.0 it does not:
what is written on `engine.connect()` is rolled back when the connection is closed, without an exception or
a warning. `with engine.begin() as conn:` commits at the end of the block; else `conn.commit()` is called.

Reported is what is certain: the connection is opened and used in one function, never handed on, nothing begins,
commits or rolls back on it, its engine is not in AUTOCOMMIT mode, and the statement is known to write. DDL
counts where the database is known to take it back: SQLite, MySQL and Oracle do not.

## Example

```python
from sqlalchemy import create_engine, text

engine = create_engine("postgresql+psycopg://localhost/app")


def clean() -> None:
    with engine.connect() as conn:
        conn.execute(text("DELETE FROM tokens"))
```

Use instead:

```python
from sqlalchemy import create_engine, text

engine = create_engine("postgresql+psycopg://localhost/app")


def clean() -> None:
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM tokens"))
```

## Fix safety

Unsafe: the statements of a block are committed together, at its end. No fix is offered for a connection
that is not that of a `with` block.

## References

- [SQLAlchemy 2.0: library-level autocommit removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#library-level-but-not-driver-level-autocommit-removed-from-both-core-and-orm)
- [Working with transactions](https://docs.sqlalchemy.org/en/20/core/connections.html#using-transactions)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.database_calls import database_calls
from stackcheck_rules.analyses.isolation_levels import isolation_levels
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.opened_connections import OpenedConnection, opened_connections
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import replaced
from stackcheck_rules.sqlalchemy._local_writes import writes_of

rule = Rule(
    "STK281",
    requires=(KINDS, database_calls, isolation_levels, opened_connections),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(opened_connections)
def check(connection: OpenedConnection, ctx: Context) -> Iterator[Finding]:
    if connection.nested:
        return  # see `nested-without-begin`
    first = next(writes_of(connection, ctx), None)
    if first is not None:
        message = f"nothing commits this write: SQLAlchemy 2.0 rolls it back when `{connection.name}` is closed"
        yield Finding(first.at, message, fix_of(connection, ctx))


def fix_of(connection: OpenedConnection, ctx: Context) -> Fix | None:
    if not connection.block or connection.closes:
        return None
    opened = next(one for one in ctx.facts(database_calls) if one.whole == connection.opened)
    return Fix((replaced(opened.at, "begin", ctx),), "Commit at the end of the block", applicability="unsafe")
