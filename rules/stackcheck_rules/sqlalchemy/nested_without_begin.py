"""Savepoint without a transaction that is committed

## Why is this bad?

In SQLAlchemy 1.x `conn.begin_nested()` on a connection without transaction began a real one. In 2.0 it begins
a transaction by itself and a savepoint in it; leaving the block releases the savepoint, and the transaction
is rolled back when the connection is closed, without an exception or a warning.

Reported is what is certain: the connection is opened and used in one function, never handed on, nothing begins
or commits on it, and a statement is known to write.

## Example

```python
from sqlalchemy import create_engine, text

engine = create_engine("postgresql+psycopg://localhost/app")


def clean() -> None:
    with engine.connect() as conn:
        with conn.begin_nested():
            conn.execute(text("DELETE FROM tokens"))
```

Use instead:

```python
from sqlalchemy import create_engine, text

engine = create_engine("postgresql+psycopg://localhost/app")


def clean() -> None:
    with engine.begin() as conn:
        with conn.begin_nested():
            conn.execute(text("DELETE FROM tokens"))
```

## References

- [SQLAlchemy 2.0: savepoints](https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Connection.begin_nested)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.database_calls import database_calls
from stackcheck_rules.analyses.isolation_levels import isolation_levels
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.opened_connections import OpenedConnection, opened_connections
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._local_writes import writes_of

rule = Rule(
    "STK285",
    requires=(KINDS, database_calls, isolation_levels, opened_connections),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(opened_connections)
def check(connection: OpenedConnection, ctx: Context) -> Iterator[Finding]:
    if connection.nested and any(writes_of(connection, ctx)):
        message = "`begin_nested()` alone is only a savepoint in SQLAlchemy 2.0, and nothing commits; begin before it"
        yield Finding(connection.nested[0], message)
