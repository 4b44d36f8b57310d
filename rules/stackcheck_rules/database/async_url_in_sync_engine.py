"""URL of an async driver in a sync engine

## Why is this bad?

`create_engine("postgresql+asyncpg://…")` is accepted, and the first connection raises `MissingGreenlet:
greenlet_spawn has not been called; can't call await_only() here`: a driver for asyncio can only be waited for by an
async engine. It is met in migrations and scripts that share their URL with the application.

Use `create_async_engine`, or give the sync engine a URL with a driver that blocks, such as psycopg,
which serves both.

Engines that are wrapped in `AsyncEngine(…)` are left alone.

## Example

```python
from sqlalchemy import create_engine

engine = create_engine("sqlite+aiosqlite:///app.db")
```

Use instead:

```python
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///app.db")
```

## References

- [SQLAlchemy: `MissingGreenlet`](https://docs.sqlalchemy.org/en/21/errors.html#error-xd2s)
- [SQLAlchemy: asyncio](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.expected_failures import expected_failures
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.database._drivers import ONLY_ASYNC, scheme_of
from stackcheck_rules.database._urls import urls_of

# With these the engine is no usual one, or makes its connections in its own way.
OTHERWISE = ("creator", "async_creator", "module", "strategy", "executor", "_is_async")

rule = Rule("STK307", requires=(KINDS, database_makers), outside=(expected_failures,))


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    url = call.argument(0, "url")
    if url is None or ctx.symbol(call.function, call.scope) != "sqlalchemy.create_engine":
        return
    if "AsyncEngine(" in ctx.text or any(call.argument(-1, name) for name in OTHERWISE):
        return
    for found in urls_of(url.expr, call.scope, ctx):
        scheme = scheme_of(found.text)
        # Up to SQLAlchemy 2.0 `?async_fallback=true` lets a sync engine wait.
        if scheme is not None and scheme.driver in ONLY_ASYNC and "async_fallback" not in found.text:
            yield Finding(
                url.value,
                f"`{scheme}://` is for async engines: the first connection of this one raises `MissingGreenlet`"
                f"{found.condition}; use `create_async_engine`, or a driver that blocks",
            )
            return
