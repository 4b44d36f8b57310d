"""Database URL that leaves the driver to SQLAlchemy

## Why is this bad?

`postgresql://` meant psycopg2 and `oracle://` cx_Oracle; SQLAlchemy 2.1 takes psycopg (version 3) and
oracledb instead. With only the old driver installed the program ends in `ModuleNotFoundError`; with both it
changes driver unasked. Name it: `postgresql+psycopg://`.

The rule is opt-in, and only for projects that require SQLAlchemy 2.1.

## Example

```python
from sqlalchemy import create_engine

engine = create_engine("postgresql://localhost/app")
```

Use instead:

```python
from sqlalchemy import create_engine

engine = create_engine("postgresql+psycopg://localhost/app")
```

## References

- [SQLAlchemy 2.1: default PostgreSQL driver](https://docs.sqlalchemy.org/en/21/changelog/migration_21.html#default-postgresql-driver-changed-to-psycopg-psycopg-3)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.sqlalchemy._url_texts import url_text

DRIVERS = {"oracle": "oracledb", "postgresql": "psycopg"}

rule = Rule("STK246", requires=(KINDS, database_makers), versions={"sqlalchemy": "2.1"}, severity="info", default=False)


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    url = call.argument(0, "url")
    if url is None or ctx.symbol(call.function, call.scope) != "sqlalchemy.create_engine":
        return
    dialect, colon, _ = url_text(url.expr, call.scope, ctx).partition("://")
    dialect = "postgresql" if dialect == "postgres" else dialect  # another rule mends the name, and not the driver
    if colon and dialect in DRIVERS:
        driver = f"{dialect}+{DRIVERS[dialect]}"
        yield Finding(url.value, f"`{dialect}://` takes another driver in SQLAlchemy 2.1; name it, as in `{driver}://`")
