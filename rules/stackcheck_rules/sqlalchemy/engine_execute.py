"""Statement that an engine executes

## Why is this bad?

`engine.execute()` and `engine.scalar()` are gone in SQLAlchemy 2.0: the call raises `AttributeError`. They
opened a connection, committed what looked like a write, and left it to the garbage collector to close the
connection. In 2.0 a connection executes: `with engine.connect() as conn:` to read, `with engine.begin() as
conn:` to write, which commits at its end.

## Example

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///./app.db")


def clean() -> int:
    engine.execute(text("DELETE FROM tokens"))
    return engine.execute(text("SELECT count(*) FROM users")).scalar()
```

Use instead:

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///./app.db")


def clean() -> int:
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM tokens"))
    with engine.connect() as conn:
        return conn.execute(text("SELECT count(*) FROM users")).scalar()
```

## Fix safety

Unsafe: the statement is in a transaction of its own that ends with the block. Offered where all of the result is
fetched in the statement of Python that the call stands in, by `fetchall()` and its like, by `list()`, in a list
comprehension, or where nothing is done with it; `begin()` is used unless the statement is known to
only read. Strings and parameters are brought into the form that a connection takes.

No fix is offered where rows are fetched later or in a loop, where a statement of Python executes twice, and for
SQL that is put together from strings.

## References

- [SQLAlchemy 2.0: connectionless execution removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#implicit-and-connectionless-execution-bound-metadata-removed)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_calls import database_calls
from stackcheck_rules.analyses.executed_statements import executed_statements
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sql_strings import sql_strings
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._engine_fix import with_connection
from stackcheck_rules.sqlalchemy._receivers import receivers

rule = Rule(
    "STK241",
    requires=(KINDS, database_calls, executed_statements, sql_strings),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(database_calls)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    if call.name in {"execute", "scalar"} and receivers(call, {"engine"}, ctx):
        message = f"`{call.name}` of an engine is gone in SQLAlchemy 2.0; use a connection"
        yield Finding(call.at, message, with_connection(call, ctx))
