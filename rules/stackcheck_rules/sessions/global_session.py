"""Session or connection in a global name

## Why is this bad?

A session is one conversation with the database, a connection one transaction at a time. In a global
name it is the same for all requests, which run side by side: they see each other's unfinished
changes, and one commits or rolls back what another has begun. Once a flush has failed, each later
request fails with `PendingRollbackError` until somebody rolls back. Two tasks that use an
`AsyncSession` at once get an `InvalidRequestError`, and only when the pool has no idle connection,
so that tests do not see it.

Engines, factories (`sessionmaker`) and registries (`scoped_session`) are made to be global and
are not reported; nor is what the module itself closes, what stands under
`if __name__ == "__main__"`, and what no route reaches: scripts, migrations, tests.

## Example

```python
from collections.abc import Iterator

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

app = FastAPI()
SessionLocal = sessionmaker(create_engine("sqlite:///app.db"))
session = SessionLocal()


def get_db() -> Iterator[Session]:
    with SessionLocal() as db:
        yield db


@app.get("/users/count")
def count_users(db: Session = Depends(get_db)) -> int | None:
    return db.scalar(text("SELECT count(*) FROM users"))


@app.get("/users")
def list_users() -> list[str]:
    return list(session.scalars(text("SELECT name FROM users")))
```

Use instead:

```python
from collections.abc import Iterator

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

app = FastAPI()
SessionLocal = sessionmaker(create_engine("sqlite:///app.db"))


def get_db() -> Iterator[Session]:
    with SessionLocal() as db:
        yield db


@app.get("/users/count")
def count_users(db: Session = Depends(get_db)) -> int | None:
    return db.scalar(text("SELECT count(*) FROM users"))


@app.get("/users")
def list_users(db: Session = Depends(get_db)) -> list[str]:
    return list(db.scalars(text("SELECT name FROM users")))
```

## Fix safety

Unsafe: requests no longer see what others have not committed. Every function of the server that uses the session
gets one of its own, or none does; see `foreign-global-session-in-route` (STK405) for what changes and when no fix
is offered. Connections and cursors get no fix.

## References

- [SQLAlchemy: is the Session thread-safe?](https://docs.sqlalchemy.org/en/21/orm/session_basics.html#is-the-session-thread-safe-is-asyncsession-safe-to-share-in-concurrent-tasks)
- [FastAPI: dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Place, Related, Rule
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.global_sessions import TROUBLE, Global, Shared, global_sessions
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.outer_names import outer_uses
from stackcheck_rules.analyses.served import is_served, served
from stackcheck_rules.analyses.session_injections import session_injections
from stackcheck_rules.analyses.session_providers import session_providers
from stackcheck_rules.sessions._injection_fix import injection_fix

rule = Rule("STK401", requires=(KINDS, dependencies, global_sessions, served, session_injections, session_providers))


@rule.on_fact(global_sessions)
def check(made: Global, ctx: Context) -> Iterator[Finding]:
    kind = ctx.kind(made.expr, made.scope)
    if kind.word not in TROUBLE or not is_served(ctx):
        return
    shared: Shared | None = ctx.fact(global_sessions, (ctx.file, made.name))
    if shared is None or made.span != shared.spans[0] or not (shared.imported or is_read(made.name, ctx)):
        return
    noun, trouble = TROUBLE[shared.word]
    message = f"`{made.name}` is one {noun} for all requests: {trouble}; let a dependency open one for each request"
    yield Finding(
        made.span,
        message,
        injection_fix((ctx.file, made.name), ctx),
        related=tuple(Related(Place(ctx.path, span), "made here as well") for span in shared.spans[1:]),
    )


def is_read(name: str, ctx: Context) -> bool:
    """Whether a function of this file reads a global name: else it served the module's own start only."""
    uses = outer_uses(ctx, frozenset({name}))
    return any(ctx.source_of(use.expr, use.function) == (ctx.file, name) for use in uses)
