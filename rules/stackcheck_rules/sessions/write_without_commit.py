"""Write in a route that nothing commits

## Why is this bad?

A session that is closed without a commit takes back what was written on it. Where neither the route, nor what it calls,
nor the dependency that opened the session commits, the client gets its 200 with the new row in it, its number from the
database included, and the row is never there: no exception, no warning.

Reported is what is certain: the dependency opens the session and yields it, it does not commit at its end, and every
function that gets the session is known and neither commits nor begins. `async with db.begin():` commits, as does
`SessionLocal.begin()`.

## Example

```python
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

router = APIRouter()
engine = create_async_engine("sqlite+aiosqlite:///app.db")
SessionLocal = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as db:
        yield db


@router.post("/users")
async def add_user(name: str, db: AsyncSession = Depends(get_db)) -> str:
    await db.execute(insert(User).values(name=name))
    return name
```

Use instead:

```python
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

router = APIRouter()
engine = create_async_engine("sqlite+aiosqlite:///app.db")
SessionLocal = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as db:
        yield db


@router.post("/users")
async def add_user(name: str, db: AsyncSession = Depends(get_db)) -> str:
    await db.execute(insert(User).values(name=name))
    await db.commit()
    return name
```

## Fix safety

Unsafe: what was taken back so far is kept from now on. The commit is the last statement before the only `return`, or
of the body. For an `AsyncSession` it is offered only where its factory says `expire_on_commit=False`: else the objects
that are returned could not be read after it.

## References

- [SQLAlchemy: committing](https://docs.sqlalchemy.org/en/21/orm/session_basics.html#committing)
- [SQLAlchemy: closing](https://docs.sqlalchemy.org/en/21/orm/session_basics.html#closing)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._session_parameters import dependency_of
from stackcheck_rules.analyses.isolation_levels import ANYWHERE, isolation_levels
from stackcheck_rules.analyses.kinds import KINDS, SESSIONS
from stackcheck_rules.analyses.routes import is_route, routes
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.analyses.session_writes import Opening, Outcome, SessionUse, session_writes
from stackcheck_rules.sessions._commit_fix import commit_fix
from stackcheck_rules.sessions._openers import opened_by

rule = Rule("STK421", requires=(KINDS, isolation_levels, routes, session_writes), severity="warning")


@rule.on_fact(session_writes)
def check(use: SessionUse | Opening, ctx: Context) -> Iterator[Finding]:
    route = next((one for one in ctx.facts(routes) if one.function == use.function), None)
    if route is None or isinstance(use, Opening) or use.doubt or role_of(ctx.file) != "app" or not is_route(route, ctx):
        return
    param = next(one for one in ctx.outline.scopes[use.function].params if one.name == use.parameter)
    kind = ctx.kind(("name", param.name), use.function)
    home = dependency_of(param, ctx) if kind.word in SESSIONS and kind.certain and not kind.file else None
    opening: Opening | None = ctx.fact(session_writes, home) if home else None
    if home is None or opening is None or opening.commits or opened_by(home, ctx) is None:
        return
    outcome: Outcome | None = ctx.fact(session_writes, (ctx.file, use.function, use.parameter))
    if outcome is None or outcome.commits or ctx.fact(session_writes, "") or ctx.fact(isolation_levels, ANYWHERE):
        return
    message = (
        f"nothing commits this write: neither `{route.function.rpartition('.')[2]}` and what it calls "
        f"nor `{home[1]}`, so that it is lost when `{use.parameter}` is closed"
    )
    yield Finding(outcome.writes, message, commit_fix(use, home, ctx))
