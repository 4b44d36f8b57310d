"""Dependency whose session stays open when a route fails

## Why is this bad?

FastAPI throws what goes wrong in a route into its dependencies, at their `yield`. What stands behind the `yield` is
skipped then, `close()` included: each failed request, every 404 among them, keeps a connection until the garbage
collector finds it, and SQLAlchemy warns that it `is trying to clean up non-checked-in connection`. Under
load the pool runs dry: `QueuePool limit of size 5 overflow 10 reached, connection timed out`.

## Example

```python
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    session = SessionLocal()
    yield session
    await session.close()


@app.get("/users/{name}")
async def get_user(name: str, db: AsyncSession = Depends(get_db)) -> str:
    if await db.scalar(text("SELECT NULL")) is None:
        raise HTTPException(status_code=404)
    return name
```

Use instead:

```python
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    session = SessionLocal()
    try:
        yield session
    finally:
        await session.close()


@app.get("/users/{name}")
async def get_user(name: str, db: AsyncSession = Depends(get_db)) -> str:
    if await db.scalar(text("SELECT NULL")) is None:
        raise HTTPException(status_code=404)
    return name
```

Or, shorter, `async with SessionLocal() as session: yield session`.

## Fix safety

What follows the `yield` goes into a `try`, the closing into its `finally`. No fix is offered where the `yield`
stands in another block, and for an `AsyncSession` in a plain `def`, which cannot close it.

## References

- [FastAPI: dependencies with yield and try](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/#a-dependency-with-yield-and-try)
- [SQLAlchemy: closing a session](https://docs.sqlalchemy.org/en/21/orm/session_basics.html#closing)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.generator_exits import Exit, generator_exits
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.sessions._fresh_sessions import NOUNS, SESSIONS, opens
from stackcheck_rules.sessions._functions import Function
from stackcheck_rules.sessions._line_edits import (
    begins_line,
    code,
    has_long_string,
    indent_unit,
    indented,
    line_end,
    line_indent,
    newline_of,
)

ASYNC = {"async-session", "async-connection"}
EVERYTHING = {"builtins.Exception", "builtins.BaseException"}

rule = Rule("STK409", requires=(KINDS, generator_exits, dependencies), severity="warning")


@rule.on_fact(generator_exits)
def check(given: Exit, ctx: Context) -> Iterator[Finding]:
    if given.guarded or given.escapes or given.value[0] != "name":
        return
    if not ctx.fact(dependencies, (ctx.file, given.function)):
        return
    function = Function(ctx, given.function)
    kind = function.kind(given.value)
    bindings = function.scope.bindings.get(given.value[1], ())
    if kind.word not in SESSIONS or not kind.certain or len(bindings) != 1:
        return
    made = bindings[0].expr
    if (made[1] if made[0] == "await" else made)[0] != "call" or not opens(made, function) or closes_itself(given, ctx):
        return
    what = f"`{function.scope.name}` {'closes its' if given.closed else 'never closes its'} {NOUNS[kind.word]}"
    message = (
        f"{what}{' only if the route succeeds' if given.closed else ''}: "
        "after an exception its connection does not come back to the pool; close it in `finally`"
    )
    yield Finding(given.span, message, fix(given, function, kind.word in ASYNC))


def closes_itself(given: Exit, ctx: Context) -> bool:
    """Whether a handler for everything closes the session."""
    return any(
        given.value[1] in handler.closes
        and (not handler.types or {ctx.symbol(one, given.function) for one in handler.types} & EVERYTHING)
        for handler in given.handlers
    )


def fix(given: Exit, function: Function, is_async: bool) -> Fix | None:
    """`try:` around the `yield` and all that follows, and `finally:` before what closes."""
    ctx, name = function.ctx, given.value[1]
    whole = Span(*given.span[:2], *given.block[-1][2:])
    plain = given.at_end and not given.handlers and all(begins_line(span, ctx) for span in given.block)
    if not plain or (is_async and not function.scope.is_async) or has_long_string(code(whole, ctx)):
        return None
    closing = f"{'await ' if is_async else ''}{name}.close()"
    if given.closed and code(given.block[-1], ctx) != closing:
        return None
    first, last = given.span.line, given.block[-1].end_line
    indent, newline = line_indent(first, ctx), newline_of(ctx)
    unit = indent_unit(function.scope.span.line, first, ctx)
    edits = [(Span(first, 1, first, 1), f"{indent}try:{newline}{unit}"), *indented(first + 1, last, unit, ctx)]
    if given.closed:
        at = given.block[-1].line
        edits = [edit for edit in edits if edit[0].line != at]
        edits.append((Span(at, 1, at, 1), f"{indent}finally:{newline}{unit}"))
    else:
        edits.append((line_end(last, ctx), f"{newline}{indent}finally:{newline}{indent}{unit}{closing}"))
    return Fix(ctx.edits(edits), "Close it in `finally`")
