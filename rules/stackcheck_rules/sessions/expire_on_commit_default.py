"""Async sessions that forget what they have loaded at every commit

## Why is this bad?

A session expires all its objects when it commits, and loads them again when an attribute is read. An
`AsyncSession` cannot load in an attribute: what a route returns after `await db.commit()` raises `MissingGreenlet:
greenlet_spawn has not been called`, or `DetachedInstanceError` once the session is closed. SQLAlchemy's pages on
asyncio say to set `expire_on_commit=False`.

What the database computes at the commit is then read by `await db.refresh(user)`, where it is needed.

Tests and migrations are left alone, and so is an `AsyncSession(engine)` that its own function closes.

## Example

```python
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///app.db")
SessionLocal = async_sessionmaker(engine)
```

Use instead:

```python
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///app.db")
SessionLocal = async_sessionmaker(engine, expire_on_commit=False)
```

## Fix safety

Unsafe: objects that are used after a commit keep the values that they had before it.

## References

- [Preventing implicit IO](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.sqlalchemy._call_edits import replaced, with_argument

ASYNC_SESSIONS = {"sqlalchemy.ext.asyncio.AsyncSession", "sqlmodel.ext.asyncio.session.AsyncSession"}
FACTORIES = {"sqlalchemy.ext.asyncio.async_sessionmaker", "sqlalchemy.orm.sessionmaker"}

rule = Rule("STK424", requires=(KINDS, database_makers), severity="warning")


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    if role_of(ctx.file) != "app" or not call.whole_known or not makes_async_sessions(call, ctx):
        return
    given = call.argument(-1, "expire_on_commit")
    if given is None and ".configure(" in ctx.text:
        return  # it may be set there
    if given is None or given.expr == ("const", True):
        edit = (
            with_argument(call, "expire_on_commit=False", ctx) if given is None else replaced(given.value, "False", ctx)
        )
        fix = Fix((edit,), "Set `expire_on_commit=False`", applicability="unsafe") if edit else None
        message = "these async sessions forget their objects at every commit: reading an attribute afterwards raises"
        yield Finding(call.at, f"{message} `MissingGreenlet`; set `expire_on_commit=False`", fix)


def makes_async_sessions(call: Call, ctx: Context) -> bool:
    """Whether a call is of a factory, or of the class itself, for async sessions of a library's class."""
    symbol = ctx.symbol(call.function, call.scope)
    if symbol in ASYNC_SESSIONS:
        return is_handed_on(call, ctx)
    if symbol not in FACTORIES:
        return False
    cls = call.argument(1 if symbol.endswith(".sessionmaker") else -1, "class_")
    if cls is None:
        return symbol.endswith("async_sessionmaker")
    return ctx.symbol(cls.expr, call.scope) in ASYNC_SESSIONS


def is_handed_on(call: Call, ctx: Context) -> bool:
    """Whether the function that makes a session gives it to others; else it is seen to the end there."""
    scope = ctx.outline.scopes[call.scope]
    returned = any(value[0] == "call" and value[1] == call.function for value in scope.values)
    return scope.form == "function" and (bool(scope.yields) or returned)
