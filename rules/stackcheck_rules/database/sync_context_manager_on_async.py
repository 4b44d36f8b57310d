"""Async session, connection or stream in a plain `with` or `for`

## Why is this bad?

An `AsyncSession` closes by waiting for the database, so it is no context manager for `with`: `with SessionLocal() as
db:` raises `TypeError: 'AsyncSession' object does not support the context manager protocol`. So do
`with engine.connect()` and `with engine.begin()` of an async engine, `with db.begin()`, and what the project's own
`@asynccontextmanager` functions give.

`for row in await db.stream(query)` raises `TypeError: 'AsyncResult' object is not iterable`: rows that are streamed
come one by one, by `async for`. The other way round, a sync session, connection or engine does not work in
`async with`, nor the rows of `await db.execute(query)` in `async for`.

## Example

```python
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///app.db")
SessionLocal = async_sessionmaker(engine, expire_on_commit=False)


async def names() -> list[str]:
    found = []
    with SessionLocal() as db:
        for row in await db.stream(text("SELECT 'Ada' AS name")):
            found.append(row.name)
    return found
```

Use instead:

```python
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///app.db")
SessionLocal = async_sessionmaker(engine, expire_on_commit=False)


async def names() -> list[str]:
    found = []
    async with SessionLocal() as db:
        async for row in await db.stream(text("SELECT 'Ada' AS name")):
            found.append(row.name)
    return found
```

## Fix safety

Safe: the statement raises as it stands. No fix is offered in a plain `def`, where `async with` cannot stand, where one
`with` opens other things too, and for sync sessions in `async with`, which should be async ones.

## References

- [SQLAlchemy: asynchronous I/O](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html)
- [Python: `async with`](https://docs.python.org/3/reference/compound_stmts.html#the-async-with-statement)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Kind, Rule, TextEdit, root_name
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.opened_contexts import Opened, opened_contexts
from stackcheck_rules.sqlalchemy._call_edits import extent, source

ASYNC = words("async-session async-connection async-transaction")
SYNC = words("session connection")
STREAMS = words("async-result async-scalar-result async-mapping-result")
RESULTS = words("result scalar-result mapping-result")

rule = Rule("STK314", requires=(KINDS, opened_contexts))


@rule.on_fact(opened_contexts)
def check(opened: Opened, ctx: Context) -> Iterator[Finding]:
    kind = ctx.kind(opened.expr, opened.scope)
    if not kind.certain:
        return
    written = source(opened.at, ctx).partition("\n")[0]
    match opened.word:
        case "with" if is_context(kind, opened, ctx, of=ASYNC, is_async=True):
            message = f"`with` raises `TypeError` on `{written}`, which is entered by `async with`"
            yield Finding(opened.at, message, made_async(opened, ctx))
        case "for" if kind.word in STREAMS:
            message = "`for` raises `TypeError` on rows that are streamed; use `async for`"
            yield Finding(opened.at, message, made_async(opened, ctx))
        case "async with" if is_context(kind, opened, ctx, of=SYNC, is_async=False) and not is_given(opened, ctx):
            message = f"`async with` raises `TypeError` on `{written}`, which is sync; use an async session or engine"
            yield Finding(opened.at, message)
        case "async for" if kind.word in RESULTS:
            message = "`async for` raises `TypeError` on rows that are all there; use `for`"
            start = extent(opened.start, ctx).start
            edit = TextEdit(start, ctx.text.index("for", start), "")
            yield Finding(opened.at, message, Fix((edit,), "Use `for`"))


def made_async(opened: Opened, ctx: Context) -> Fix | None:
    if not ctx.outline.scopes[opened.scope].is_async or not opened.alone:
        return None
    return Fix(ctx.edits([(opened.start._replace(end_column=opened.start.column), "async ")]), "Make it async")


def is_context(kind: Kind, opened: Opened, ctx: Context, *, of: frozenset[str], is_async: bool) -> bool:
    """Whether something that gives one `of` some kinds is entered by `async with` alone, or by `with` alone."""
    if kind.word in of:
        return True
    if kind.word != "context" or not kind.args or kind.args[0].word not in of:
        return False
    called = ctx.kind(opened.expr[1], opened.scope) if opened.expr[0] == "call" else kind
    function = ctx.scope(called) if called.word == "function" else None
    return called.word != "function" or (function is not None and function.is_async == is_async)


def is_given(opened: Opened, ctx: Context) -> bool:
    """Whether a parameter is opened: where that is said to be sync and `async with` works, the annotation is wrong."""
    return any(param.name == root_name(opened.expr) for param in ctx.outline.scopes[opened.scope].params)
