"""Several sessions in one route

## Why is this bad?

A route that gets two sessions of the same kind has two transactions: what it writes on one it cannot read on the other
before a commit, an object of one cannot be added to the other (`InvalidRequestError: Object is already attached to
session`), and one may be committed when the other one fails. Each also takes a connection of its own from the pool.

FastAPI calls a dependency once for a request, so that all who ask for `get_db` get the same session. Two come from two
dependencies, or from `Depends(get_db, use_cache=False)`.

Two databases need two sessions: this rule is opt-in, and silent where the dependencies are known to open sessions of
different factories or engines.

## Example

```python
from collections.abc import Iterator

from fastapi import APIRouter, Depends
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

router = APIRouter()
SessionLocal = sessionmaker(create_engine("sqlite:///app.db"))


def get_db() -> Iterator[Session]:
    with SessionLocal() as db:
        yield db


@router.post("/users")
def add_user(
    name: str, db: Session = Depends(get_db), audit: Session = Depends(get_db, use_cache=False)
) -> None:
    db.execute(text("INSERT INTO users VALUES (:name)"), {"name": name})
    audit.execute(text("INSERT INTO audit VALUES (:name)"), {"name": name})
    db.commit()
    audit.commit()
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
    with SessionLocal() as db:
        yield db


@router.post("/users")
def add_user(name: str, db: Session = Depends(get_db)) -> None:
    db.execute(text("INSERT INTO users VALUES (:name)"), {"name": name})
    db.execute(text("INSERT INTO audit VALUES (:name)"), {"name": name})
    db.commit()
```

## References

- [FastAPI: using the same dependency multiple times](https://fastapi.tiangolo.com/tutorial/dependencies/sub-dependencies/#using-the-same-dependency-multiple-times)
- [SQLAlchemy: session basics](https://docs.sqlalchemy.org/en/21/orm/session_basics.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Param, Place, Related, Rule, Span
from stackcheck_rules.analyses._session_parameters import dependency_of, depends_of
from stackcheck_rules.analyses.kinds import KINDS, SESSIONS
from stackcheck_rules.analyses.routes import Route, is_route, routes
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.sessions._openers import Opener, opened_by

rule = Rule("STK426", requires=(KINDS, routes), severity="info", default=False)


@rule.on_fact(routes)
def check(route: Route, ctx: Context) -> Iterator[Finding]:
    params = ctx.outline.scopes[route.function].params
    if len(params) < 2 or role_of(ctx.file) != "app" or not is_route(route, ctx):
        return
    first: dict[Opener, Param] = {}
    for param in params:
        kind = ctx.kind(("name", param.name), route.function)
        home = dependency_of(param, ctx) if kind.word in SESSIONS else None
        opener = opened_by(home, ctx) if home else None
        if home is None or opener is None:
            continue
        before = first.setdefault(opener, param)
        if before is not param and (
            dependency_of(before, ctx) != home or is_uncached(before, ctx) or is_uncached(param, ctx)
        ):
            message = (
                f"`{param.name}` is a second session beside `{before.name}`: each has a transaction and a connection "
                "of its own; use one for the request"
            )
            line, column, *_ = param.span
            related = (Related(Place(ctx.path, before.span), "the first one"),)
            yield Finding(Span(line, column, line, column + len(param.name)), message, related=related)


def is_uncached(param: Param, ctx: Context) -> bool:
    """`Depends(get_db, use_cache=False)`"""
    found = depends_of(param, ctx)
    return found is not None and ("use_cache", ("const", False)) in found[0][3]
