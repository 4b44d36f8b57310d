"""Generator dependency advanced by hand

## Why is this bad?

FastAPI runs what stands behind the `yield` of a dependency: the commit, the rollback, the closing. After
`next(get_db())` or `await anext(get_db())` nobody does: the generator stays where it is, and its connection stays
out of the pool until the garbage collector finds it. A loop (`async for db in get_db():`) that is left by `return`,
`break` or an exception is no better: what goes wrong in it never reaches the `except` of the dependency.

Take the session as a parameter, or open one from the factory. Where the dependency does more than that, make a
context manager of it: `asynccontextmanager(get_db)`.

## Example

```python
from collections.abc import AsyncIterator

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from fastapi import Depends

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


@app.get("/users")
async def users(db: AsyncSession = Depends(get_db)) -> int:
    return await db.scalar(text("SELECT 1"))


@app.get("/one")
async def one() -> int:
    db = await anext(get_db())
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


@app.get("/users")
async def users(db: AsyncSession = Depends(get_db)) -> int:
    return await db.scalar(text("SELECT 1"))


@app.get("/one")
async def one(db: AsyncSession = Depends(get_db)) -> int:
    return await db.scalar(text("SELECT 1"))
```

## References

- [FastAPI: dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
- [Python: asynchronous generators and their end](https://docs.python.org/3/reference/expressions.html#asynchronous-generator-functions)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.injected_parameters import NAMES, generator_dependencies
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.outer_names import functions
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.sessions._fresh_sessions import NOUNS
from stackcheck_rules.sessions._named_calls import NamedCall, function_called, named_calls

LEAVING = (ast.Return, ast.Break)
LOOPS = (ast.For, ast.AsyncFor)
STEPS = {"__next__", "__anext__", "send", "asend"}

rule = Rule("STK414", requires=(KINDS, functions, dependencies, generator_dependencies), severity="warning")


@rule.on_fact(functions)
def check(_: str, ctx: Context) -> Iterator[Finding]:
    names = ctx.fact(generator_dependencies, NAMES) if role_of(ctx.file) == "app" else ()
    for call in named_calls(names, ctx):
        way = advanced(call)
        kind = function_called(call, ctx) if way else None
        if kind is None or not ctx.fact(generator_dependencies, (kind.file, kind.symbol)):
            continue
        made = ctx.kind(("call", call.function, (), ()), call.scope)
        noun = NOUNS.get(made.args[0].word) if made.word == "generator" and made.args else None
        if noun and made.certain:
            name = kind.symbol.rpartition(".")[2]
            message = (
                f"{way.replace('…', f'{name}()')}: what follows its `yield` does not run in time, so that the "
                f"{noun} stays open; take it as a parameter with `Depends`, or open one from the factory"
            )
            yield Finding(call.span, message)


def advanced(call: NamedCall) -> str:
    """How a generator that a call makes is advanced, if by hand: `next(…)`, a loop that is left early."""
    match call.around[0]:
        case ast.Call(func=ast.Name(id="next" | "anext" as step), args=[first, *_]) if first is call.node:
            return f"`{step}(…)` takes the first value only"
        case ast.Attribute(attr=step) if step in STEPS:
            return f"`….{step}` takes the first value only"
        case ast.For(iter=made) | ast.AsyncFor(iter=made) as loop if made is call.node and leaves(loop):
            return "the loop over `…` is left early"
    return ""


def leaves(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether a loop's body returns, or breaks out of it."""
    stack: list[ast.AST] = list(loop.body)
    while stack:
        node = stack.pop()
        if isinstance(node, LEAVING):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, *LOOPS)):
            stack.extend(ast.iter_child_nodes(node))
        elif isinstance(node, LOOPS) and any(isinstance(part, ast.Return) for part in ast.walk(node)):
            return True
    return False
