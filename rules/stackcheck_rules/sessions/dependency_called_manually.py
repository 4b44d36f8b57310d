"""Generator dependency advanced by hand

## Why is this bad?

After `next(get_db())` or `await anext(get_db())` nobody has the generator any more, so that Python ends it: a sync
session is closed at once, an async one while it is used already (`IllegalStateChangeError`). Either opens again at its
next statement, and then nobody closes it: its connection stays out of the pool.

A loop (`async for db in get_db():`) that is left by `return` or `break` ends the generator at its `yield`, so that a
commit behind it never runs.

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
from stackcheck_rules.analyses.generator_exits import generator_exits
from stackcheck_rules.analyses.injected_parameters import NAMES, generator_dependencies
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.outer_names import functions
from stackcheck_rules.analyses.served import is_served, served
from stackcheck_rules.sessions._fresh_sessions import NOUNS
from stackcheck_rules.sessions._functions import function_of
from stackcheck_rules.sessions._named_calls import NamedCall, function_called, named_calls
from stackcheck_rules.sessions._session_params import commits

LEAVING = (ast.Return, ast.Break)
LOOPS = (ast.For, ast.AsyncFor)
LOOP = "for"
STEPS = {"__next__", "__anext__", "send", "asend"}

rule = Rule(
    "STK414",
    requires=(KINDS, functions, dependencies, generator_dependencies, generator_exits, served),
    severity="warning",
)


@rule.on_fact(functions)
def check(_: str, ctx: Context) -> Iterator[Finding]:
    names = ctx.fact(generator_dependencies, NAMES) if is_served(ctx) else ()
    for call in named_calls(names, ctx):
        way = advanced(call)
        kind = function_called(call, ctx) if way else None
        called = function_of(kind, ctx) if kind else None
        if kind is None or called is None or not ctx.fact(generator_dependencies, (kind.file, kind.symbol)):
            continue
        if way == LOOP and not commits(called):
            continue  # it ends a little later than it should
        made = ctx.kind(("call", call.function, (), ()), call.scope)
        noun = NOUNS.get(made.args[0].word) if made.word == "generator" and made.args else None
        if noun and made.certain:
            name = kind.symbol.rpartition(".")[2]
            yield Finding(call.span, message(name, noun, way))


def advanced(call: NamedCall) -> str:
    """How a generator that a call makes is advanced, if by hand: by `next`, by a loop that is left early."""
    match call.parent:
        case ast.Call(func=ast.Name(id="next" | "anext" as step), args=[first, *_]) if first is call.node:
            return step
        case ast.Attribute(attr=step) if step in STEPS:
            return step
        case ast.For(iter=made) | ast.AsyncFor(iter=made) as loop if made is call.node and leaves(loop):
            return LOOP
    return ""


def message(name: str, noun: str, way: str) -> str:
    if way == LOOP:
        return (
            f"this loop over `{name}()` is left early: `{name}` ends at its `yield`, and its commit never runs; "
            f"take the {noun} as a parameter, or open one from the factory"
        )
    how = f"`{name}().{way}`" if way in STEPS else f"`{way}({name}())`"
    return (
        f"{how} drops the generator, which closes the {noun} at once; it opens again and nobody closes it: take it "
        "as a parameter with `Depends`, or open one from the factory"
    )


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
