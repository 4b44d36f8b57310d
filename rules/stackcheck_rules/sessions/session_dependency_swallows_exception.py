"""Dependency with `yield` that swallows the exceptions of its routes

## Why is this bad?

FastAPI throws what goes wrong in a route into its dependencies, at their `yield`. A dependency that catches it, to
roll back, and does not raise it again has told FastAPI that all is well; but there is no response. The client gets
a 500 for everything, an `HTTPException(404)` of the route included, and the log shows not the error but
`FastAPIError: No response object was returned` or `Response not awaited`.

The same holds for a context manager that a dependency enters around its `yield`.

From FastAPI 0.110 on; before, what a dependency had caught was raised again for it.

## Example

```python
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        try:
            yield session
            await session.commit()
        except Exception:
            await session.rollback()


@app.get("/users/{name}")
async def get_user(name: str, db: AsyncSession = Depends(get_db)) -> str:
    raise HTTPException(status_code=404)
```

Use instead:

```python
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        try:
            yield session
            await session.commit()
        except Exception:
            await session.rollback()
            raise


@app.get("/users/{name}")
async def get_user(name: str, db: AsyncSession = Depends(get_db)) -> str:
    raise HTTPException(status_code=404)
```

## Fix safety

`raise` becomes the last statement of the handler. No fix is offered for a handler that leaves by `return`.

## References

- [FastAPI: dependencies with yield and except](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/#dependencies-with-yield-and-except)
- [FastAPI 0.110: release notes](https://fastapi.tiangolo.com/release-notes/#01100)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, dotted
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.generator_exits import Exit, Handler, generator_exits
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.sessions._line_edits import begins_line, line_end, line_indent, newline_of
from stackcheck_rules.sessions._raising import always_ends

# What no route raises: Python's own ends of generators and tasks.
ENDS = {
    "builtins.GeneratorExit", "builtins.StopIteration", "builtins.StopAsyncIteration", "asyncio.CancelledError",
    "builtins.KeyboardInterrupt", "builtins.SystemExit",
}  # fmt: skip

rule = Rule("STK410", requires=(KINDS, generator_exits, dependencies))


@rule.on_fact(generator_exits)
def check(given: Exit, ctx: Context) -> Iterator[Finding]:
    if not any(not handler.raises for handler in given.handlers):
        return
    key = (ctx.file, given.function)
    if not (ctx.fact(dependencies, key) or ctx.fact(generator_exits, key)) or ctx.stays_below("fastapi", "0.110"):
        return
    name = ctx.outline.scopes[given.function].name
    for handler in given.handlers:
        symbols = {ctx.symbol(one, given.function) for one in handler.types}
        if handler.raises or (symbols and symbols <= ENDS) or always_ends(handler.called, given.function, ctx):
            continue
        caught = ", ".join(f"`{dotted(one) or 'exception'}`" for one in handler.types) or "every exception"
        message = (
            f"`{name}` catches {caught} of its routes and does not raise it again: "
            "FastAPI is left without a response and answers 500 whatever it was; end the handler in `raise`"
        )
        yield Finding(handler.span, message, fix(handler, ctx))


def fix(handler: Handler, ctx: Context) -> Fix | None:
    if handler.leaves:
        return None
    if handler.idle:
        return Fix(ctx.edits([(handler.last, "raise")]), "Raise it again")
    if not begins_line(handler.last, ctx):
        return None  # behind `except …:` or a semicolon
    indent = line_indent(handler.last.line, ctx)
    edit = (line_end(handler.last.end_line, ctx), f"{newline_of(ctx)}{indent}raise")
    return Fix(ctx.edits([edit]), "Raise it again")
