"""Plain string that is executed as SQL

## Why is this bad?

SQLAlchemy 2.0 executes statements, not strings: `session.execute("SELECT 1")` raises `ArgumentError`,
`conn.execute("SELECT 1")` `ObjectNotExecutableError`. SQL is wrapped in `text()`, which knows `:name`
as a parameter, or goes to the driver as it is by `conn.exec_driver_sql()`.

Sessions and connections are followed through annotations, factories and `with` blocks, in whatever file
they are made, `op.get_bind()` of Alembic among them. `op.execute`, cursors and the clients of other
libraries take strings and are left alone.

A string that is put together with values (`f"… {name}"`, `%`, `+`, `format`) is reported too: pass the
values as parameters, `text("… = :name")` with `{"name": name}`, since wrapping it as it is would leave
SQL injection possible.

## Example

```python
from sqlalchemy.orm import Session


def is_alive(session: Session) -> bool:
    return session.execute("SELECT 1").scalar() == 1
```

Use instead:

```python
from sqlalchemy import text
from sqlalchemy.orm import Session


def is_alive(session: Session) -> bool:
    return session.execute(text("SELECT 1")).scalar() == 1
```

## Fix safety

Safe on sessions: version 1.4 itself made a `text()` of the string. A connection handed the string to its
driver, so that it gets `text()` only if the string holds no `:name`, `%`, `?` or `\\:` and no parameters
follow; else `exec_driver_sql()`, with parameters in the form that this takes.

Unsafe where only an annotation says that the value is a string, and where parameters are in a variable, or are
as many as no placeholder in the string says. No fix is offered for strings that are put together, for `*args`
and `**kwargs`, and where `text` is another name in the file.

## References

- [SQLAlchemy 2.0: `execute()` method more strict](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#execute-method-more-strict-execution-options-are-more-prominent)
- [`text()`](https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text), [`exec_driver_sql()`](https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Connection.exec_driver_sql)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_calls import EXECUTING, database_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sql_strings import sql_strings
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._raw_sql import raw_sql, rewritten
from stackcheck_rules.sqlalchemy._receivers import CONNECTIONS, SESSIONS, receivers

rule = Rule(
    "STK240",
    requires=(KINDS, database_calls, sql_strings),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(database_calls)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    if call.name not in EXECUTING:
        return
    raw = raw_sql(call, ctx)
    words = {kind.word for kind in receivers(call, SESSIONS | CONNECTIONS, ctx)} if raw is not None else set()
    if raw is None or not words:
        return
    if raw.composed:
        message = f"`{call.name}` takes no string in SQLAlchemy 2.0; use `text()` and pass values as parameters"
    else:
        message = f"`{call.name}` takes no string in SQLAlchemy 2.0; use `text()`"
    new = rewritten(call, raw, words, ctx)
    fix = Fix(new.edits, "Execute it as SQL text", new.imports, new.safety) if new is not None else None
    yield Finding(raw.argument.value, message, fix)
