"""Session by thread in a route or dependency that does not stay in its thread

## Why is this bad?

`scoped_session` gives each thread one session. FastAPI does not give each request a thread: whatever is
`async def` shares one thread with all requests, and a dependency with `yield` returns its thread to the pool
while the request goes on. Another request that gets the thread gets the same session: both write in one
transaction, and one closes it under the other. It shows under load only.

Make the session by the factory itself, in a dependency.

Plain `def` functions that begin and end in one thread are left alone, and so are registries with a `scopefunc`.

## Example

```python
from collections.abc import Iterator

from fastapi import APIRouter, Depends
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, scoped_session, sessionmaker

router = APIRouter()
SessionLocal = scoped_session(sessionmaker(create_engine("sqlite:///app.db")))


def get_db() -> Iterator[Session]:
    session = SessionLocal()
    try:
        yield session
    finally:
        session.close()


@router.get("/users")
def list_users(db: Session = Depends(get_db)) -> list[str]:
    return list(db.scalars(text("SELECT name FROM users")))
```

Use instead:

```python
from collections.abc import Iterator

from fastapi import APIRouter, Depends
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

router = APIRouter()
SessionLocal = sessionmaker(create_engine("sqlite:///app.db"))


def get_db() -> Iterator[Session]:
    session = SessionLocal()
    try:
        yield session
    finally:
        session.close()


@router.get("/users")
def list_users(db: Session = Depends(get_db)) -> list[str]:
    return list(db.scalars(text("SELECT name FROM users")))
```

## References

- [SQLAlchemy: contextual sessions](https://docs.sqlalchemy.org/en/21/orm/contextual.html)
- [FastAPI: dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Kind, Related, Rule, dotted
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.entries import entry_around
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.outer_names import functions, outer_uses
from stackcheck_rules.analyses.registries import registries
from stackcheck_rules.analyses.served import role_of

rule = Rule("STK423", requires=(KINDS, functions, dependencies, registries), severity="warning")


@rule.on_fact(functions)
def check(_: str, ctx: Context) -> Iterator[Finding]:
    roots = roots_of(ctx) if role_of(ctx.file) == "app" else frozenset()
    reported: set[str] = set()
    for use in outer_uses(ctx, roots) if roots else ():
        source = ctx.source_of(use.expr, use.function)
        if source is None or not ctx.fact(registries, source):
            continue
        entry = entry_around(use.function, ctx)
        reason = reason_of(entry, ctx) if entry and entry not in reported else ""
        if reason:
            reported.add(entry)
            message = f"`{dotted(use.expr)}` gives each thread one session, but {reason}: requests share it"
            place = ctx.places(Kind("module", "", source[0]), source[1])[:1]
            related = tuple(Related(one, "the registry is made here") for one in place)
            yield Finding(use.span, f"{message}; make sessions by a `sessionmaker`", related=related)


def roots_of(ctx: Context) -> frozenset[str]:
    """Names of the file that are registries, or modules that may hold one."""
    wanted = [name for name in ctx.fact(registries, ("", "")) or () if name in ctx.text]
    bound = (
        [(scope.qualname, name) for scope in ctx.outline.scopes.values() for name in scope.bindings] if wanted else []
    )
    bound += [("", name) for name in wanted if ctx.outline.stars]
    kinds = [(name, ctx.kind(("name", name), scope).word) for scope, name in bound]
    return frozenset(name for name, word in kinds if word in {"session-registry", "module"})


def reason_of(entry: str, ctx: Context) -> str:
    """Why requests share what belongs to the thread of an entry; empty where they do not."""
    scope = ctx.outline.scopes[entry]
    if scope.is_async:
        return f"`async def {scope.name}` shares its thread with all requests"
    return f"the thread of `{scope.name}` serves others after its `yield`" if scope.yields else ""
