"""URL `postgres://` that reaches an engine

## Why is this bad?

SQLAlchemy 1.4 dropped the name `postgres`: the engine raises `NoSuchModuleError: Can't load plugin:
sqlalchemy.dialects:postgres`. Hosting services still hand out such URLs, so they are found in
settings and in defaults of environment variables more often than in the call itself.

An async engine needs its driver too: `postgresql+asyncpg://`. For a sync engine whose URL is a literal
or a constant, `url-constructor` (STK245) says the same.

## Example

```python
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgres://localhost/app")
```

Use instead:

```python
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://localhost/app")
```

## Fix safety

As of `sync-url-in-async-engine` (STK306): safe for a literal in the call without query string and `connect_args`,
else unsafe; none for what a function returns.

## References

- [SQLAlchemy 1.4: the name `postgres` was removed](https://docs.sqlalchemy.org/en/14/changelog/changelog_14.html#change-3687655465c25a39b968b4f5f6e9170b)
- [SQLAlchemy: PostgreSQL](https://docs.sqlalchemy.org/en/21/dialects/postgresql.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.expected_failures import expected_failures
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.database._drivers import Scheme, async_scheme, scheme_of
from stackcheck_rules.database._url_fix import scheme_fix
from stackcheck_rules.database._urls import urls_of
from stackcheck_rules.sqlalchemy._makers import ENGINE_MAKERS
from stackcheck_rules.sqlalchemy._url_texts import url_text

rule = Rule(
    "STK309",
    requires=(KINDS, database_makers),
    versions={"sqlalchemy": "1.4"},
    covers=("STK245",),
    outside=(expected_failures,),
)


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    url, symbol = call.argument(0, "url"), ctx.symbol(call.function, call.scope)
    if url is None or symbol not in ENGINE_MAKERS:
        return
    is_async = symbol != "sqlalchemy.create_engine"
    if not is_async and url_text(url.expr, call.scope, ctx).startswith("postgres:"):
        return  # STK245's
    for found in urls_of(url.expr, call.scope, ctx):
        scheme = scheme_of(found.text)
        if scheme is not None and scheme.dialect == "postgres":
            new = Scheme("postgresql", scheme.driver)
            if is_async and not scheme.driver:
                new = async_scheme("postgresql", ctx.mentions)
            message = (
                f"there is no dialect `postgres` in SQLAlchemy: the engine raises{found.condition}; use `{new}://`"
            )
            yield Finding(url.value, message, scheme_fix(url, found, scheme, new, call, ctx))
            return
