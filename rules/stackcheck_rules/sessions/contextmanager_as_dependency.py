"""Context manager as a dependency

## Why is this bad?

FastAPI makes a context manager of a dependency with `yield` itself. From one that is decorated with
`@asynccontextmanager` or `@contextmanager` already it gets no generator: each request ends in a 500,
`TypeError: '_AsyncGeneratorContextManager' object is not an async iterator`.

Before FastAPI 0.123.5 the route got the context manager itself and could enter it; a project that stays below
that release is not reported.

## Example

```python
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


@asynccontextmanager
async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


@app.get("/one")
async def one(db: AsyncSession = Depends(get_db)) -> int:
    return await db.scalar(text("SELECT 1"))
```

Use instead:

```python
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


@app.get("/one")
async def one(db: AsyncSession = Depends(get_db)) -> int:
    return await db.scalar(text("SELECT 1"))
```

Where the function is also used as `async with get_db() as session:`, keep it and write a second one for `Depends`:
`async def get_session(): async with get_db() as session: yield session`.

## Fix safety

The decorator goes. No fix is offered where the project calls the function itself.

## References

- [FastAPI: dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/#context-managers)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Place, Related, Rule
from stackcheck_rules.analyses.dependencies import dependencies, dependency_places
from stackcheck_rules.analyses.dependency_calls import dependency_calls
from stackcheck_rules.analyses.generator_exits import Exit, generator_exits
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.sessions._decorators import decorator_spans, without_decorator

MANAGERS = {"contextlib.asynccontextmanager", "contextlib.contextmanager"}
SHOWN = 3

rule = Rule("STK411", requires=(KINDS, generator_exits, dependencies, dependency_places, dependency_calls))


@rule.on_fact(generator_exits)
def check(given: Exit, ctx: Context) -> Iterator[Finding]:
    scope = ctx.outline.scopes[given.function]
    if not scope.decorators or not ctx.fact(dependencies, (ctx.file, given.function)):
        return
    if ctx.stays_below("fastapi", "0.123.5"):
        return
    for at, decorator in enumerate(scope.decorators):
        symbol = ctx.symbol(decorator, scope.parent)
        if symbol in MANAGERS:
            places = ctx.fact(dependency_places, (ctx.file, given.function)) or ()
            root = ctx.path.parents[ctx.file.count("/")]
            related = [Related(Place(root / file, provider.span), "given to `Depends`") for file, provider in places]
            message = (
                f"`{scope.name}` is a dependency and a context manager: FastAPI makes one of it itself, and gets "
                f"no {'async ' if scope.is_async else ''}generator here; drop `@{symbol.rpartition('.')[2]}`"
            )
            called = ctx.fact(dependency_calls, (ctx.file, given.function))
            edits = () if called else ctx.edits(without_decorator(at, scope, ctx))
            fix = Fix(edits, "Drop the decorator") if edits else None
            yield Finding(decorator_spans(scope, ctx)[at], message, fix, related=tuple(related[:SHOWN]))
