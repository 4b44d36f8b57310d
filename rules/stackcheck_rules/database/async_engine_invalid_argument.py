"""Argument that an async engine or its driver does not take

## Why is this bad?

Another driver is not only another word in the URL. asyncpg does not know the parameters of libpq: with
`?sslmode=require`, `?connect_timeout=5` or `connect_args={"keepalives": 1}` the first connection raises
`TypeError: connect() got an unexpected keyword argument 'sslmode'`, long after the program has started.

`create_async_engine` itself raises for a pool that blocks (`poolclass=QueuePool`), for the arguments of
psycopg2 (`executemany_mode`, `client_encoding`), for the size of a pool that has none (`NullPool`, SQLite in
memory), and for arguments that belong to the factory of sessions.

## Example

```python
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://localhost/app?sslmode=require")
```

Use instead:

```python
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://localhost/app?ssl=require")
```

## Fix safety

Safe where the call fails anyway and the meaning is plain: `sslmode` becomes `ssl`, which takes the same words, and
in `connect_args` `connect_timeout` becomes `timeout`; `QueuePool` becomes `AsyncAdaptedQueuePool`;
arguments of psycopg2, `SingletonThreadPool` and the size of a database in memory go. Unsafe for a
URL that stands in a constant, and for a size beside `NullPool` or `StaticPool`: perhaps the pool is the mistake. The
others (certificates, `keepalives`, `options`) have no counterpart to put in their place.

## References

- [`asyncpg.connect()`](https://magicstack.github.io/asyncpg/current/api/index.html#connection)
- [SQLAlchemy: asyncpg](https://docs.sqlalchemy.org/en/21/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.asyncpg)
- [SQLAlchemy: pool class cannot be used with asyncio engine](https://docs.sqlalchemy.org/en/21/errors.html#error-pcls)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackcheck import Applicability, Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.expected_failures import expected_failures
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.database import _engine_arguments as table
from stackcheck_rules.database._url_fix import rewritten
from stackcheck_rules.database._urls import urls_of
from stackcheck_rules.sqlalchemy._call_edits import replaced, source, without_argument

ASYNCPG = "postgresql+asyncpg:"
SSLMODE = re.compile(r"(?<=[?&])sslmode(?==)")

rule = Rule("STK308", requires=(KINDS, database_makers), outside=(expected_failures,))


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    url = call.argument(0, "url")
    if url is None or ctx.symbol(call.function, call.scope) != "sqlalchemy.ext.asyncio.create_async_engine":
        return
    urls = list(urls_of(url.expr, call.scope, ctx))
    certain = [found.text for found in urls if not found.unless]
    drivers = certain if len(certain) == len(urls) else []
    yield from in_arguments(call, drivers, ctx)
    for found in urls:
        for name in table.parameters_of(found.text) if found.whole and found.text.startswith(ASYNCPG) else ():
            if name in table.NOT_ASYNCPG:
                fix = rewritten(url, found, SSLMODE, "ssl", "Use `ssl`", ctx) if name == "sslmode" else None
                yield Finding(url.value, refused(name, found.condition), fix)
    for key in table.keys_of(call, ctx) if drivers and all(text.startswith(ASYNCPG) for text in drivers) else ():
        if key.name in table.NOT_ASYNCPG:
            new = table.RENAMED.get(key.name)
            quote = source(key.span, ctx)[0]
            edit = replaced(key.span, f"{quote}{new}{quote}", ctx)
            fix = Fix((edit,), f"Use `{new}`") if new and quote in "\"'" else None
            yield Finding(key.span, refused(key.name), fix)


def refused(name: str, condition: str = "") -> str:
    hint = f"; {table.INSTEAD[name]}" if name in table.INSTEAD else ""
    return f"asyncpg takes no `{name}`: connecting raises `TypeError`{condition}{hint}"


def in_arguments(call: Call, urls: list[str], ctx: Context) -> Iterator[Finding]:
    """Arguments for which the call itself raises."""
    pool = call.argument(-1, "poolclass")
    symbol = ctx.symbol(pool.expr, call.scope) if pool is not None else ""
    if pool is not None and symbol in table.BLOCKING_POOLS:
        message = f"an async engine raises `ArgumentError` for `{symbol.rpartition('.')[2]}`"
        yield Finding(pool.value, f"{message}; use `AsyncAdaptedQueuePool`", pool_fix(pool, symbol, call, ctx))
    asyncpg = bool(urls) and all(url.startswith(ASYNCPG) for url in urls)
    memory = bool(urls) and all(map(table.in_memory, urls)) and pool is None and call.whole_known
    for given in call.arguments:
        if given.name in table.OF_SESSIONS:
            yield Finding(given.span, f"`{given.name}` is for the factory of sessions: the engine raises `TypeError`")
        elif given.name in table.OF_PSYCOPG2 and asyncpg:
            message = f"`{given.name}` is for psycopg2: the engine raises `TypeError`"
            yield Finding(given.span, message, without(given, call, ctx, "safe"))
        elif given.name in table.SIZES and (memory or symbol in table.WITHOUT_SIZE):
            kind = "a SQLite database in memory" if memory else f"`{symbol.rpartition('.')[2]}`"
            message = f"{kind} has no `{given.name}`: the engine raises `TypeError`"
            yield Finding(given.span, message, without(given, call, ctx, "safe" if memory else "unsafe"))


def pool_fix(pool: Argument, symbol: str, call: Call, ctx: Context) -> Fix | None:
    if symbol not in table.QUEUE_POOL:
        return without(pool, call, ctx, "safe")
    new = ctx.name("sqlalchemy.pool.AsyncAdaptedQueuePool", call.scope)
    return Fix((replaced(pool.value, new.code, ctx),), "Use `AsyncAdaptedQueuePool`", new.requests) if new else None


def without(given: Argument, call: Call, ctx: Context, safety: Applicability) -> Fix | None:
    edit = without_argument(given, call, ctx)
    return Fix((edit,), f"Leave `{given.name}` out", applicability=safety) if edit else None
