"""Dependency that returns its session instead of yielding it

## Why is this bad?

FastAPI cleans up after a dependency that yields. One that returns is over before the route begins, so nobody
closes the session: its connection stays out of the pool until the garbage collector finds it, and under load
the pool runs dry: `QueuePool limit of size 5 overflow 10 reached, connection timed out`. `return` in a `with`
block does not help: the session is closed before the route gets it, and opens again at its first statement.

## Example

```python
from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db():
    return SessionLocal()


@app.get("/one")
async def one(db: AsyncSession = Depends(get_db)) -> int:
    return await db.scalar(text("SELECT 1"))
```

Use instead:

```python
from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db():
    async with SessionLocal() as session:
        yield session


@app.get("/one")
async def one(db: AsyncSession = Depends(get_db)) -> int:
    return await db.scalar(text("SELECT 1"))
```

## Fix safety

`return` becomes `yield`, in the `with` block that is there or in a new one, and the return annotation becomes one
of a generator. The fix is unsafe where the project calls the function itself, which gets a generator then, and
where something stands behind the `return`, which is reached then. None is offered where the `return` is one
of several or not the last thing that the function does, nor for an `AsyncSession` of a plain `def`, which cannot
close it.

## References

- [FastAPI: dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
- [SQLAlchemy: closing a session](https://docs.sqlalchemy.org/en/21/orm/session_basics.html#closing)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Applicability, Context, Finding, Fix, Kind, Rule
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.dependency_calls import dependency_calls
from stackcheck_rules.analyses.dependency_returns import Return, dependency_returns, returns_of
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.outer_names import functions
from stackcheck_rules.sessions._fresh_sessions import NOUNS, SESSIONS, opens
from stackcheck_rules.sessions._functions import Function, nodes_by_number
from stackcheck_rules.sessions._return_fix import yielding

rule = Rule("STK408", requires=(KINDS, functions, dependencies, dependency_returns, dependency_calls))


@rule.on_fact(functions)
def check(_: str, ctx: Context) -> Iterator[Finding]:
    for name in ctx.fact(dependency_returns, ctx.file) or ():
        node = nodes_by_number(ctx.text)[ctx.outline.scopes[name].number - 1]
        for given in returns_of(name, node, ctx.outline, ctx.text):
            yield from findings(given, ctx)


def findings(given: Return, ctx: Context) -> Iterator[Finding]:
    function = Function(ctx, given.function)
    kind = kind_of(given, function)
    if kind.word not in SESSIONS or not kind.certain:
        return
    name, noun = function.scope.name, NOUNS[kind.word]
    if given.made[0] == "enter":
        message = (
            f"`{name}` closes its {noun} before the route gets it: there it opens again, and nobody gives its "
            "connection back; `yield` it"
        )
    else:
        message = (
            f"`{name}` returns a {noun} that nobody closes: its connection does not come back to the pool; `yield` it"
        )
    changed = given.place == "before" or ctx.fact(dependency_calls, (ctx.file, given.function))
    applicability: Applicability = "unsafe" if changed else "safe"
    made = yielding(given, function, kind) if given.place and given.only else None
    fix = Fix(ctx.edits(made.edits), "Yield the session", made.imports, applicability) if made else None
    yield Finding(given.span, message, fix)


def kind_of(given: Return, function: Function) -> Kind:
    """What a function returns, if it is new; where only its annotation knows, what that promises."""
    kind = function.kind(given.value)
    if kind.word in SESSIONS:
        return kind if given.made[0] in {"enter", "item"} or opens(given.made, function) else Kind("unknown")
    scope = function.scope
    declared = function.ctx.declared(scope.returns, scope.parent)
    promised = declared.args[0] if declared.word in {"generator", "list"} and declared.args else declared
    inside = given.made[0] in {"enter", "item"} and given.made[1][0] == "call"
    return promised if inside and not kind.known else Kind("unknown")
