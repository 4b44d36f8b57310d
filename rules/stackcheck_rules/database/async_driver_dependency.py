"""Driver of an engine that the project does not require

## Why is this bad?

SQLAlchemy imports the driver that a URL names when the engine is made, and requires none itself: where it is not
installed, `create_async_engine` raises `ModuleNotFoundError: No module named 'asyncpg'`. It works on the
machine where somebody once installed it by hand.

Reported where the project's requirements name SQLAlchemy, and neither they nor its lock the driver. Add it with
`uv add asyncpg`.

## Example

```python
# file: db.py
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://localhost/app")
# file: pyproject.toml
[project]
name = "app"
version = "1"
dependencies = ["sqlalchemy[asyncio]>=2.1"]
```

Use instead:

```python
# file: db.py
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://localhost/app")
# file: pyproject.toml
[project]
name = "app"
version = "1"
dependencies = ["asyncpg>=0.30", "sqlalchemy[asyncio]>=2.1"]
```

## References

- [SQLAlchemy: dialects and drivers](https://docs.sqlalchemy.org/en/21/dialects/)
- [uv: managing dependencies](https://docs.astral.sh/uv/concepts/projects/dependencies/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.database._drivers import FOR_ASYNCIO, is_missing, scheme_of
from stackcheck_rules.database._urls import urls_of

rule = Rule("STK320", requires=(KINDS, database_makers), severity="warning")


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    url = call.argument(0, "url")
    if url is None or ctx.symbol(call.function, call.scope) != "sqlalchemy.ext.asyncio.create_async_engine":
        return
    if role_of(ctx.file) != "app":
        return
    for found in urls_of(url.expr, call.scope, ctx):
        scheme = scheme_of(found.text)
        driver = scheme.driver if scheme is not None and scheme.driver in FOR_ASYNCIO.get(scheme.dialect, ()) else ""
        if driver and is_missing(driver, ctx.mentions):
            message = (
                f"the project does not require `{driver}`: the engine raises `ModuleNotFoundError`{found.condition}"
            )
            yield Finding(url.value, f"{message}; add it, as by `uv add {driver}`")
            return
