"""Session that is opened and not surely closed

## Why is this bad?

A session takes a connection from the pool with its first statement and gives it back when it is closed, committed or
rolled back. One that a function opens by `db = SessionLocal()` and leaves open keeps its connection until the garbage
collector finds it, which may be long after: each such call takes one more, and when the pool is empty every request
waits and fails with `TimeoutError: QueuePool limit of size 5 overflow 10 reached`. A close that is not in a `finally`
does not help where something fails before.

A `with` block closes the session whatever happens.

## Example

```python
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

app = FastAPI()
SessionLocal = sessionmaker(create_engine("sqlite:///app.db"))


def user_names() -> list[str]:
    db = SessionLocal()
    return list(db.scalars(text("SELECT name FROM users")))


@app.get("/users")
def list_users() -> list[str]:
    return user_names()
```

Use instead:

```python
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

app = FastAPI()
SessionLocal = sessionmaker(create_engine("sqlite:///app.db"))


def user_names() -> list[str]:
    with SessionLocal() as db:
        return list(db.scalars(text("SELECT name FROM users")))


@app.get("/users")
def list_users() -> list[str]:
    return user_names()
```

## Fix safety

Unsafe: objects that are used after the block are detached from the session. What follows in the same block moves into
a `with` block. No fix is offered where it holds a string of several lines, where an `AsyncSession` is opened in
a plain function, and where the session is closed elsewhere than at the end of that block.

## References

- [SQLAlchemy: opening and closing a session](https://docs.sqlalchemy.org/en/21/orm/session_basics.html#opening-and-closing-a-session)
- [SQLAlchemy: QueuePool limit reached](https://docs.sqlalchemy.org/en/21/errors.html#error-3o7r)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Rule
from stackcheck_rules.analyses.kinds import KINDS, SESSIONS
from stackcheck_rules.analyses.opened_sessions import Closer, Opened, getter, opened_sessions
from stackcheck_rules.analyses.served import is_served, served
from stackcheck_rules.sessions._with_block import with_block

rule = Rule("STK407", requires=(KINDS, opened_sessions, served), severity="warning")


@rule.on_fact(opened_sessions)
def check(opened: Opened | Closer, ctx: Context) -> Iterator[Finding]:
    if isinstance(opened, Closer) or not is_served(ctx) or not is_new(opened.made, opened.scope, ctx):
        return
    if any(may_close(callee, slot, opened.scope, ctx) for callee, slot in opened.uses.handed):
        return
    if opened.uses.closes or opened.uses.commits:
        message = f"`{opened.name}` stays open where something fails, and keeps its connection"
    else:
        message = f"`{opened.name}` is never closed: it keeps its connection until the garbage collector finds it"
    yield Finding(opened.span, f"{message}; open it in a `with` block", with_block(opened, ctx))


def is_new(made: Expr, scope: str, ctx: Context) -> bool:
    """Whether a call opens a session: of a class, of a factory, or of a function that returns just that."""
    if ctx.kind(made, scope).word not in SESSIONS or not ctx.kind(made, scope).certain:
        return False
    called = ctx.kind(made[1], scope)
    if called.word in {"class", "factory"}:
        _, _, positional, keywords = made
        binds = [*positional[:1], *(value for word, value in keywords if word in {"", "bind"})]
        # One that is bound to a connection takes none of its own.
        return all(ctx.kind(bind, scope).word in {"engine", "async-engine"} for bind in binds)
    function = ctx.scope(called) if called.word == "function" else None
    if function is None or function.decorators or len(function.values) != 1 or function.values[0][0] != "call":
        return False
    return ctx.kind(function.values[0][1], called.symbol, called.file).word in {"class", "factory"}


def may_close(callee: Expr, slot: int | str, scope: str, ctx: Context) -> bool:
    """Whether what gets the session could close it: all but functions of the project that do not."""
    called = ctx.kind(callee, scope)
    function = ctx.scope(called) if called.word == "function" else None
    name = getter(function, slot, bool(called.args)) if function else ""
    return not name or bool(ctx.fact(opened_sessions, (called.file, called.symbol, name)))
