"""Global session of another module used in a route or dependency

## Why is this bad?

A session that a module keeps in a global name is the same for all requests, and they run side by
side: one request's failed flush makes the next one fail with `PendingRollbackError`, one commits
what another has begun. The route does not show it: the session comes in with the imports.

This is the route's side of `global-session` (STK401), which reports where the session is made.
Here the first use in each route and each dependency is reported, where the session is of another
module: that is the place to change.

## Example

```python
# file: app/db.py
from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

SessionLocal = sessionmaker(create_engine("sqlite:///app.db"))
session = SessionLocal()


def get_db() -> Iterator[Session]:
    with SessionLocal() as session:
        yield session
# file: app/users.py
from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import get_db, session

router = APIRouter()


@router.get("/users/count")
def count_users(db: Session = Depends(get_db)) -> int | None:
    return db.scalar(text("SELECT count(*) FROM users"))


@router.get("/users")
def list_users() -> list[str]:
    return list(session.scalars(text("SELECT name FROM users")))
```

Use instead:

```python
# file: app/db.py
from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

SessionLocal = sessionmaker(create_engine("sqlite:///app.db"))


def get_db() -> Iterator[Session]:
    with SessionLocal() as session:
        yield session
# file: app/users.py
from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import get_db

router = APIRouter()


@router.get("/users/count")
def count_users(db: Session = Depends(get_db)) -> int | None:
    return db.scalar(text("SELECT count(*) FROM users"))


@router.get("/users")
def list_users(db: Session = Depends(get_db)) -> list[str]:
    return list(db.scalars(text("SELECT name FROM users")))
```

## Fix safety

Unsafe: requests no longer see what others have not committed, and objects of one request do not belong to the
session of the next. All functions of the server that use the session change together, in all their files. Routes and
dependencies get a parameter, in the style of their file, by the project's `Annotated` alias, or annotated with
`Annotated`; functions that they call get the session as their first argument. A coroutine function that would then
have a sync session becomes a plain function, where it awaits nothing. When no reader is left, the assignment goes, and
with it the statements that close the session; where tests or scripts read it, it stays.

No fix is offered unless the project has exactly one dependency that yields such a session and asks nothing of the
client, and where something cannot change along: methods, decorated functions, functions that are passed on
or called from elsewhere, routes with other decorators, names that are patched or exported, imports in a circle.

## References

- [SQLAlchemy: session basics](https://docs.sqlalchemy.org/en/21/orm/session_basics.html)
- [FastAPI: dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Kind, Related, Rule, dotted
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.entries import entry_around
from stackcheck_rules.analyses.global_sessions import TROUBLE, Shared, global_sessions
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.outer_names import OuterUse, functions, imported_names, outer_uses
from stackcheck_rules.analyses.served import role_of, served
from stackcheck_rules.analyses.session_injections import session_injections
from stackcheck_rules.analyses.session_providers import session_providers
from stackcheck_rules.sessions._injection_fix import injection_fix

REQUIRED = (KINDS, functions, dependencies, global_sessions, served, session_injections, session_providers)
rule = Rule("STK405", requires=REQUIRED, covers=("STK401",))


@rule.on_fact(functions)
def check(_: str, ctx: Context) -> Iterator[Finding]:
    roots = roots_of(ctx) if role_of(ctx.file) == "app" else frozenset()
    reported: set[str] = set()
    for use in outer_uses(ctx, roots) if roots else ():
        source = ctx.source_of(use.expr, use.function)
        shared = ctx.fact(global_sessions, source) if source and source[0] != ctx.file else None
        entry = entry_around(use.function, ctx) if shared else ""
        if source and shared and entry and entry not in reported:
            reported.add(entry)
            yield finding(use, entry, source, shared, ctx)


def roots_of(ctx: Context) -> frozenset[str]:
    """Imported names that are global sessions, or modules that may hold one."""
    wanted = [name for name in ctx.fact(global_sessions, ("", "")) if name in ctx.text]
    if not wanted:
        return frozenset()
    names = [*imported_names(ctx.outline), *(("", name) for name in wanted if ctx.outline.stars)]
    kinds = [(name, ctx.kind(("name", name), scope).word) for scope, name in names]
    return frozenset(name for name, word in kinds if word in TROUBLE or word == "module")


def finding(use: OuterUse, entry: str, source: tuple[str, str], shared: Shared, ctx: Context) -> Finding:
    noun, trouble = TROUBLE[shared.word]
    file, name = source
    message = (
        f"`{dotted(use.expr)}` in `{ctx.outline.scopes[entry].name}` is one {noun} for all requests, made in `{file}`: "
        f"{trouble}; take one as a parameter from a dependency"
    )
    places = ctx.places(Kind("module", "", file), name)[:1]
    related = tuple(Related(place, f"`{name}` is made here") for place in places)
    return Finding(use.span, message, injection_fix(source, ctx), related)
