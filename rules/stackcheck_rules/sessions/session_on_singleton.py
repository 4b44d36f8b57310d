"""Session on an object that lives as long as the process

## Why is this bad?

`self.session = SessionLocal()` in a class of which a module keeps one instance, `session = SessionLocal()` in the
body of a class, or `app.state.session = SessionLocal()` make one session for all requests. They run side by side:
they see each other's unfinished changes, and one commits or rolls back what another has begun. Once a flush has
failed, each later request fails with `PendingRollbackError`. Two tasks that use an `AsyncSession` at once get an
`InvalidRequestError`, and only when the pool has no idle connection.

An engine or a factory may be kept there: keep `SessionLocal`, and open a session from it for each request.

## Example

```python
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


class Database:
    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        self.session = Session(self.engine)


app = FastAPI()
database = Database("sqlite:///app.db")


@app.get("/users")
def list_users() -> list[str]:
    return list(database.session.scalars(text("SELECT name FROM users")))
```

Use instead:

```python
from collections.abc import Iterator

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


class Database:
    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)

    def open_session(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session


app = FastAPI()
database = Database("sqlite:///app.db")


@app.get("/users")
def list_users(db: Session = Depends(database.open_session)) -> list[str]:
    return list(db.scalars(text("SELECT name FROM users")))
```

## References

- [SQLAlchemy: is the Session thread-safe?](https://docs.sqlalchemy.org/en/21/orm/session_basics.html#is-the-session-thread-safe-is-asyncsession-safe-to-share-in-concurrent-tasks)
- [FastAPI: dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Kind, Related, Rule
from stackcheck_rules.analyses.global_sessions import TROUBLE
from stackcheck_rules.analyses.held_sessions import Held, Instance, held_sessions
from stackcheck_rules.analyses.kinds import KINDS, SESSIONS
from stackcheck_rules.analyses.served import is_served, served

# A connection of a driver may be kept on purpose, under a lock.
KEPT = SESSIONS | {"connection", "async-connection"}

rule = Rule("STK402", requires=(KINDS, held_sessions, served))


@rule.on_fact(held_sessions)
def check(held: Held, ctx: Context) -> Iterator[Finding]:
    kind = ctx.kind(held.expr, held.scope)
    if kind.word not in KEPT or not kind.certain or not is_served(ctx):
        return
    related: tuple[Related, ...] = ()
    match held.form:
        case "class":
            where = f"`{held.owner}.{held.name}` belongs to the class: it"
        case "state":
            if ctx.kind(held.app, held.scope).word != "app":
                return
            where = f"`app.state.{held.name}`"
        case _:
            instance: Instance | None = ctx.fact(held_sessions, (ctx.file, held.owner))
            if instance is None:
                return
            where = f"`self.{held.name}` of the only `{held.owner}`, `{instance.name}`,"
            places = ctx.places(Kind("module", "", instance.file), instance.name)[:1]
            related = tuple(Related(place, "the instance is made here") for place in places)
    noun, trouble = TROUBLE[kind.word]
    message = f"{where} is one {noun} for all requests: {trouble}; keep a factory there and open one for each request"
    yield Finding(held.span, message, related=related)
