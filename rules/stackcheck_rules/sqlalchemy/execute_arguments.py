"""Parameters of `Connection.execute` in a form that SQLAlchemy 2.0 refuses

## Why is this bad?

`conn.execute(stmt, name="a")`, `conn.execute(stmt, {…}, {…})` and `conn.execute(stmt, (1, 2))` raise in
SQLAlchemy 2.0: parameters are one dict, or a list of dicts. A subquery cannot be executed any more, only
the select in it. Version 2.1 warns of `conn.execute(stmt, [])`, which runs the statement once without
parameters and will raise.

A statement that is a plain string is `raw-sql-string` (STK240).

## Example

```python
from sqlalchemy import Column, Integer, MetaData, String, Table, insert
from sqlalchemy.engine import Connection

users = Table("users", MetaData(), Column("id", Integer), Column("name", String))


def fill(conn: Connection) -> None:
    conn.execute(insert(users), id=1, name="Ann")
    conn.execute(insert(users), {"id": 2, "name": "Bob"}, {"id": 3, "name": "Cy"})
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, String, Table, insert
from sqlalchemy.engine import Connection

users = Table("users", MetaData(), Column("id", Integer), Column("name", String))


def fill(conn: Connection) -> None:
    conn.execute(insert(users), {"id": 1, "name": "Ann"})
    conn.execute(insert(users), [{"id": 2, "name": "Bob"}, {"id": 3, "name": "Cy"}])
```

## Fix safety

Safe for keyword arguments and for dicts that are written out. Unsafe for several parameters of which only
their number is known. No fix is offered for tuples, whose columns have no names there, for empty lists, for
subqueries, and for `*args` and `**kwargs`.

## References

- [SQLAlchemy 2.0: `execute()` method more strict](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#execute-method-more-strict-execution-options-are-more-prominent)
- [Sending multiple parameters](https://docs.sqlalchemy.org/en/20/tutorial/dbapi_transactions.html#sending-multiple-parameters)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.database_calls import EXECUTING, database_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sql_strings import sql_strings
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._parameters import as_dict, as_list, bound_words, is_by_position, is_empty, rest_of
from stackcheck_rules.sqlalchemy._raw_sql import raw_sql
from stackcheck_rules.sqlalchemy._receivers import CONNECTIONS, SESSIONS, receivers

rule = Rule(
    "STK242",
    requires=(KINDS, database_calls, sql_strings),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(database_calls)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    statement = call.argument(0, "statement")
    if call.name not in EXECUTING or statement is None:
        return
    kinds = receivers(call, SESSIONS | CONNECTIONS, ctx)
    if not kinds or raw_sql(call, ctx) is not None:
        return
    if ctx.kind(statement.expr, call.scope).word == "subquery":
        yield Finding(statement.value, "a subquery cannot be executed in SQLAlchemy 2.0; execute its select")
        return
    yield from of_parameters(call, all(kind.word in CONNECTIONS for kind in kinds), ctx)


def of_parameters(call: Call, on_connection: bool, ctx: Context) -> Iterator[Finding]:
    rows, named = rest_of(call), bound_words(call)
    if rows and is_by_position(rows[0].expr):
        yield Finding(rows[0].value, f"`{call.name}` takes parameters as a dict or a list of dicts, not by position")
    elif rows and is_empty(rows[0]) and ctx.allows("sqlalchemy", "2.1"):
        yield Finding(
            rows[0].value, f"an empty list of parameters is deprecated in SQLAlchemy 2.1; call `{call.name}` without it"
        )
    elif on_connection and named and not rows:
        message = f"`{call.name}` takes parameters as a dict, not as keyword arguments, in SQLAlchemy 2.0"
        yield Finding(named[0].span, message, dict_fix(call, named, ctx))
    elif on_connection and len(rows) > 1:
        message = f"`{call.name}` takes several sets of parameters as a list in SQLAlchemy 2.0"
        yield Finding(rows[1].value, message, list_fix(call, rows, ctx))


def dict_fix(call: Call, named: list[Argument], ctx: Context) -> Fix | None:
    edits = as_dict(named, call, ctx) if call.whole_known else None
    return Fix(edits, "Pass the parameters as a dict") if edits is not None else None


def list_fix(call: Call, rows: list[Argument], ctx: Context) -> Fix | None:
    if not call.whole_known or bound_words(call):
        return None
    kinds = [ctx.kind(row.expr, call.scope) for row in rows]
    known = all(kind.word == "dict" and kind.certain for kind in kinds)
    return Fix(as_list(rows, ctx), "Pass the parameters as a list", applicability="safe" if known else "unsafe")
