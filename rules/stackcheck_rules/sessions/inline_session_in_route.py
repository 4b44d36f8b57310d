"""Session that a route opens itself where the project has a dependency for it

## Why is this bad?

The project has a dependency that opens a session, closes it and decides what happens after an error. A route that opens
its own goes past it: what the dependency does at the end is not done there, tests that replace it by
`app.dependency_overrides` reach another database in this route, and two sessions of one request take two connections.

Reported is a `with` block that is the whole rest of the route and opens what the dependency opens. Websockets,
streams, routes with several sessions or with background tasks, and blocks that end before the route goes on to
other work are left alone: there a short session may be the point.

## Example

```python
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

router = APIRouter()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"))


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as db:
        yield db


@router.get("/users/count")
async def count_users(db: AsyncSession = Depends(get_db)) -> int | None:
    return await db.scalar(text("SELECT count(*) FROM users"))


@router.get("/users")
async def list_users() -> list[str]:
    async with SessionLocal() as db:
        return list(await db.scalars(text("SELECT name FROM users")))
```

Use instead:

```python
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

router = APIRouter()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"))


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as db:
        yield db


@router.get("/users/count")
async def count_users(db: AsyncSession = Depends(get_db)) -> int | None:
    return await db.scalar(text("SELECT count(*) FROM users"))


@router.get("/users")
async def list_users(db: AsyncSession = Depends(get_db)) -> list[str]:
    return list(await db.scalars(text("SELECT name FROM users")))
```

## Fix safety

Unsafe: the session is the one of the whole request, which other dependencies may share, it is closed only after the
response, and what the dependency does at its end, a commit perhaps, happens here as well. No fix is offered for
routes that are called by other code or have other decorators, for a sync session in a coroutine function, and where
the block holds a string of several lines.

## References

- [FastAPI: dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
- [FastAPI: testing dependencies with overrides](https://fastapi.tiangolo.com/advanced/testing-dependencies/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.entries import is_entry
from stackcheck_rules.analyses.inline_sessions import InlineSession, inline_sessions
from stackcheck_rules.analyses.kinds import KINDS, SESSIONS
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.analyses.session_providers import Provider, session_providers
from stackcheck_rules.sessions._inline_fix import inline_fix
from stackcheck_rules.sessions._openers import opened_by, opener

rule = Rule("STK406", requires=(KINDS, dependencies, inline_sessions, session_providers), severity="info")


@rule.on_fact(inline_sessions)
def check(inline: InlineSession, ctx: Context) -> Iterator[Finding]:
    function = ctx.outline.scopes[inline.function]
    kind = ctx.kind(inline.made, inline.function)
    if kind.word not in SESSIONS or role_of(ctx.file) != "app" or not is_entry(function, ctx):
        return
    provider: Provider | None = ctx.fact(session_providers, kind.word)
    own = opener(inline.made, inline.function, "", ctx)
    if provider is None or own is None or own != opened_by(provider.home, ctx):
        return
    if any(ctx.kind(("name", param.name), inline.function).word in SESSIONS for param in function.params):
        return  # a second one, on purpose
    name = provider.home[1]
    message = f"`{function.name}` opens a session past `{name}`, which does so for the project; take it as a parameter"
    yield Finding(inline.span, message, inline_fix(inline, provider, ctx))
