"""Session that a cache keeps for all requests

## Why is this bad?

`@lru_cache` on a function that gives a session makes one session for all requests: they see each other's unfinished
changes, and once a flush has failed each later request fails with `PendingRollbackError`.

On a generator, as a dependency with `yield` is, it keeps one generator, which is used up after the first request:
the second one fails with `RuntimeError: generator didn't yield`. On a coroutine function `lru_cache` keeps a coroutine,
and the second request fails with `RuntimeError: cannot reuse already awaited coroutine`.

Engines and factories may be cached.

## Example

```python
from functools import lru_cache

from fastapi import APIRouter, Depends
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

router = APIRouter()
SessionLocal = sessionmaker(create_engine("sqlite:///app.db"))


@lru_cache
def get_db() -> Session:
    return SessionLocal()


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
    with SessionLocal() as session:
        yield session


@router.get("/users")
def list_users(db: Session = Depends(get_db)) -> list[str]:
    return list(db.scalars(text("SELECT name FROM users")))
```

## Fix safety

Unsafe: requests no longer share the session. A generator loses the decorator. A dependency that only returns a new
session becomes one that yields it and closes it after the request; offered where it is used as a dependency and
nowhere else.

## References

- [FastAPI: dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
- [SQLAlchemy: is the Session thread-safe?](https://docs.sqlalchemy.org/en/21/orm/session_basics.html#is-the-session-thread-safe-is-asyncsession-safe-to-share-in-concurrent-tasks)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Rule, Scope, definitions, parse_tree, span_reader
from stackcheck_rules.analyses.cached_functions import CACHES, Cached, cached_functions
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.global_sessions import SESSION_TROUBLE
from stackcheck_rules.analyses.kinds import KINDS, SESSIONS
from stackcheck_rules.analyses.served import is_served, served
from stackcheck_rules.sessions._cached_fix import cached_fix

rule = Rule("STK403", requires=(KINDS, cached_functions, dependencies, served))


@rule.on_fact(cached_functions)
def check(cached: Cached, ctx: Context) -> Iterator[Finding]:
    function = ctx.outline.scopes[cached.function]
    cache = ctx.symbol(cached.cache, function.parent)
    if cache not in CACHES or not is_served(ctx):
        return
    given = [value for value in function.yields or function.values if is_made(value, function)]
    kinds = [ctx.kind(value, cached.function) for value in given]
    if not any(kind.word in SESSIONS and kind.certain for kind in kinds):
        return
    node = definitions(parse_tree(ctx.text))[function.number - 1]
    if function.yields:
        trouble = "gives its session to the first call alone: from then on it is used up"
    elif function.is_async and cache.startswith(("functools", "cachetools")):
        trouble = "is one coroutine for all calls, which only the first one can await"
    else:
        trouble = f"gives one session to all calls: {SESSION_TROUBLE}"
    message = f"`{function.name}` is cached and {trouble}"
    decorator = node.decorator_list[cached.position]
    yield Finding(span_reader(ctx.text)(decorator), message, cached_fix(cached, node, ctx))


def is_made(value: Expr, function: Scope) -> bool:
    """Whether a function makes what it gives, and does not hand on what it got."""
    bound = [one.expr for one in function.bindings.get(value[1], ())] if value[0] == "name" else [value]
    return bool(bound) and all(expr[0] in {"await", "call", "enter"} for expr in bound)
