"""Engine that every request makes for itself

## Why is this bad?

An engine is a pool of connections, made to be shared. In a route or a dependency each request makes a
pool of its own, connects anew, and leaves its connections to the garbage collector: requests are slow, and under load
the database refuses further connections (`too many clients already`).

Make the engine where the module is loaded, in the lifespan, or in a function with `@lru_cache`.

An engine is left alone that is kept (in a global name, on `app.state`, by a function that it is given to), that is
made for a URL which the request brings, or that has no pool (`NullPool`).

## Example

```python
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

DATABASE_URL = "sqlite+aiosqlite:///app.db"
router = APIRouter()


async def get_db() -> AsyncIterator[AsyncSession]:
    engine = create_async_engine(DATABASE_URL)
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session


@router.get("/users")
async def count(db: AsyncSession = Depends(get_db)) -> int:
    return await db.scalar(text("SELECT 1"))
```

Use instead:

```python
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

DATABASE_URL = "sqlite+aiosqlite:///app.db"
router = APIRouter()
engine = create_async_engine(DATABASE_URL)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session


@router.get("/users")
async def count(db: AsyncSession = Depends(get_db)) -> int:
    return await db.scalar(text("SELECT 1"))
```

## References

- [SQLAlchemy: engine configuration](https://docs.sqlalchemy.org/en/21/core/engines.html)
- [SQLAlchemy: connection pooling](https://docs.sqlalchemy.org/en/21/core/pooling.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Rule, dotted, root_name
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.entries import entry_around
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.sessions._kept import is_kept
from stackcheck_rules.sqlalchemy._makers import ENGINE_MAKERS

rule = Rule("STK425", requires=(KINDS, database_makers, dependencies), severity="warning")


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    url = call.argument(0, "url")
    if url is None or not call.scope or role_of(ctx.file) != "app" or call.argument(-1, "poolclass"):
        return
    if ctx.symbol(call.function, call.scope) not in ENGINE_MAKERS or not is_fixed(url.expr, call.scope, ctx):
        return
    entry = entry_around(call.scope, ctx)
    if not entry or is_cached(entry, ctx) or is_cached(call.scope, ctx) or is_kept(call.whole, call.scope, ctx):
        return
    name = ctx.outline.scopes[entry].name
    message = f"each request makes an engine in `{name}`, with a pool of connections of its own"
    yield Finding(call.at, f"{message}; make one for all of them")


def is_fixed(url: Expr, scope: str, ctx: Context) -> bool:
    """Whether a URL is the same for every request: a literal, or read from what stands outside the function."""
    if url[0] == "const":
        return True
    root = root_name(url)
    return bool(root) and root not in ctx.bound_around(scope) and argument_free(url)


def argument_free(url: Expr) -> bool:
    """Whether no call in a chain is given anything but constants."""
    match url:
        case ("call", function, positional, keywords):
            given = (*positional, *(value for _, value in keywords))
            return argument_free(function) and all(value[0] == "const" for value in given)
        case ("attr" | "index", value, _):
            return argument_free(value)
        case ("name", _):
            return True
    return False


def is_cached(function: str, ctx: Context) -> bool:
    decorators = ctx.outline.scopes[function].decorators
    called = (decorator[1] if decorator[0] == "call" else decorator for decorator in decorators)
    return any("cache" in dotted(one) for one in called)
