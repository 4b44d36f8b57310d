"""Dependency that commits after the response

## Why is this bad?

From FastAPI 0.118 on, what follows the `yield` of a dependency runs when the response is sent. A commit that stands
there comes too late to change the answer: when it fails (a constraint that is deferred, a flush that has not
happened yet, a lost connection) the client has its 200 already, and nothing is saved. A client that reads right
after it wrote may not find what it wrote.

The rule is off by default: many projects take this in exchange for services that need not commit. Turn it on
where an answer must mean that the data is there, and commit in the service, or give the dependency a shorter life
(from FastAPI 0.121 on): `Depends(get_db, scope="function")`.

## Example

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
        await session.commit()


@app.post("/users")
async def add_user(db: AsyncSession = Depends(get_db)) -> None:
    await db.execute(text("INSERT INTO users VALUES ('ann')"))
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
        await session.commit()


@app.post("/users")
async def add_user(db: AsyncSession = Depends(get_db, scope="function")) -> None:
    await db.execute(text("INSERT INTO users VALUES ('ann')"))
```

## References

- [FastAPI: early exit and scope](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/#early-exit-and-scope)
- [FastAPI 0.118: release notes](https://fastapi.tiangolo.com/release-notes/#01180)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Place, Related, Rule
from stackcheck_rules.analyses.dependencies import Provider, dependencies, dependency_places
from stackcheck_rules.analyses.generator_exits import Exit, generator_exits
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.sessions._fresh_sessions import SESSIONS
from stackcheck_rules.sessions._functions import Function

SHOWN = 3

rule = Rule(
    "STK419",
    requires=(KINDS, generator_exits, dependencies, dependency_places),
    versions={"fastapi": "0.118"},
    severity="warning",
    default=False,
)


@rule.on_fact(generator_exits)
def check(given: Exit, ctx: Context) -> Iterator[Finding]:
    if given.commits is None or not ctx.fact(dependencies, (ctx.file, given.function)):
        return
    function = Function(ctx, given.function)
    kind = function.kind(given.value)
    if kind.word not in SESSIONS or not kind.certain:
        return
    places: tuple[tuple[str, Provider], ...] = ctx.fact(dependency_places, (ctx.file, given.function)) or ()
    late = [(file, provider) for file, provider in places if provider.scope in {"", "request"}]
    if late:
        root = ctx.path.parents[ctx.file.count("/")]
        instead = 'or use `Depends(…, scope="function")`' if ctx.allows("fastapi", "0.121") else "before the answer"
        yield Finding(
            given.commits,
            f"`{function.scope.name}` commits after the response is sent: if that fails the client has its 200 "
            f"already; commit in the service, {instead}",
            related=tuple(Related(Place(root / file, one.span), "given to `Depends`") for file, one in late[:SHOWN]),
        )
