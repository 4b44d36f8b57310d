"""Call that needs a sync connection and gets an async one

## Why is this bad?

Creating tables, reflection, inspection and events are sync in SQLAlchemy, and do not take what is async:
`Base.metadata.create_all(engine)` raises `AttributeError: 'AsyncEngine' object has no attribute '_run_ddl_visitor'`,
`inspect(engine)` raises `NoInspectionAvailable`, and an event listener `NotImplementedError`. With
`engine.sync_engine` they get as far as `MissingGreenlet`.

`connection.run_sync()` calls a sync function so that it can wait. Events are listened to on
`engine.sync_engine`.

## Example

```python
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///app.db")
metadata = MetaData()


async def create_tables() -> None:
    metadata.create_all(engine)
```

Use instead:

```python
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///app.db")
metadata = MetaData()


async def create_tables() -> None:
    async with engine.begin() as conn:
        await conn.run_sync(metadata.create_all)
```

## Fix safety

Safe: the call always failed. Offered in `async def` for a call that is a statement of its own, and for listeners;
unsafe for those of the class `AsyncSession`, since the class below it is that of sync sessions too. In a
plain function and at the level of the module there is nothing to await with: move the call, to the
application's lifespan for example.

## References

- [SQLAlchemy: running synchronous methods under asyncio](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#running-synchronous-methods-and-functions-under-asyncio)
- [SQLAlchemy: events with asyncio](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#using-events-with-the-asyncio-extension)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.event_listeners import Listener, event_listeners, is_listening
from stackcheck_rules.analyses.expected_failures import expected_failures
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.metadata_calls import metadata_calls
from stackcheck_rules.database._run_sync import in_run_sync
from stackcheck_rules.sqlalchemy._call_edits import inserted_after

ASYNC = {"async-engine": "AsyncEngine", "async-connection": "AsyncConnection"}
BELOW = {"async-engine": "sync_engine", "async-connection": "sync_connection", "async-session": "sync_session"}

rule = Rule("STK315", requires=(KINDS, metadata_calls, event_listeners), outside=(expected_failures,))


@rule.on_fact(metadata_calls)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    bind = call.argument(0, "subject" if call.name == "inspect" else "bind")
    if bind is None:
        return
    if call.name == "inspect":
        if ctx.symbol(call.function, call.scope) != "sqlalchemy.inspect":
            return
    elif ctx.kind(call.receiver, call.scope).word != "metadata":
        return
    kind = ctx.kind(bind.expr, call.scope)
    if kind.word == "async-connection" and not ctx.outline.scopes[call.scope].is_async:
        return  # the annotation is wrong: `run_sync` gives the function a sync one
    if kind.word in ASYNC and kind.certain:
        message = f"`{call.name}` does not take an `{ASYNC[kind.word]}`, it raises; use `run_sync` of a connection"
        yield Finding(call.at, message, in_run_sync(call, bind, kind.word, ctx))
        return
    match bind.expr:
        case ("attr", engine, "sync_engine") if ctx.outline.scopes[call.scope].is_async and call.name != "inspect":
            owner = ctx.kind(engine, call.scope)
            if owner.word == "async-engine" and owner.certain:
                message = f"`{call.name}` cannot wait for a driver for asyncio here, it raises `MissingGreenlet`"
                fix = in_run_sync(call, bind, "sync-engine", ctx)
                yield Finding(call.at, f"{message}; use `run_sync` of a connection", fix)


@rule.on_fact(event_listeners)
def check_listener(listener: Listener, ctx: Context) -> Iterator[Finding]:
    target = ctx.kind(listener.target, listener.scope)
    if not target.certain or not is_listening(listener, ctx):
        return
    if target.word in BELOW:
        below = BELOW[target.word]
        message = f"there are no async events: this raises `NotImplementedError`; listen to its `{below}`"
        fix = Fix((inserted_after(listener.at, f".{below}", ctx),), f"Listen to `{below}`")
        yield Finding(listener.at, message, fix)
    elif target.word == "class" and ctx.instance(target).word == "async-session":
        message = "an `AsyncSession` has no events: this raises `InvalidRequestError`; listen to its class below"
        edit = inserted_after(listener.at, ".sync_session_class", ctx)
        fix = Fix((edit,), "Listen to `sync_session_class`", applicability="unsafe")
        yield Finding(listener.at, f"{message}, `sync_session_class`", fix)
    elif target.symbol == "sqlalchemy.ext.asyncio.async_sessionmaker":
        message = "an `async_sessionmaker` has no events: this raises `InvalidRequestError`; listen to a `sessionmaker`"
        yield Finding(listener.at, f"{message} that it has as `sync_session_class`")
