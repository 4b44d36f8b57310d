"""Factory of async sessions that is made by `sessionmaker`

## Why is this bad?

`sessionmaker(engine, class_=AsyncSession)` works, but to a type checker it is a factory of sync sessions,
and its `begin()` is not for `async with`. SQLAlchemy 2.0 has `async_sessionmaker`, whose product is an
`AsyncSession` by default.

Nothing breaks: the rule is opt-in.

## Example

```python
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import sessionmaker

engine = create_async_engine("sqlite+aiosqlite://")
AsyncSessionLocal = sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
```

Use instead:

```python
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite://")
AsyncSessionLocal = async_sessionmaker(engine, expire_on_commit=False)
```

## Fix safety

Safe: both make the same sessions from the same arguments. A subclass of `AsyncSession` stays as `class_`.
Annotations `sessionmaker[AsyncSession]` are rewritten where they stand. No fix is offered for `**kwargs`
and where `async_sessionmaker` is another name in the file.

## References

- [`async_sessionmaker`](https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#sqlalchemy.ext.asyncio.async_sessionmaker)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sessionmaker_notes import SessionmakerNote, sessionmaker_notes
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import function_span, replaced, without_argument

SYNC, ASYNC = "sqlalchemy.orm.sessionmaker", "sqlalchemy.ext.asyncio.async_sessionmaker"
DEFAULT = "sqlalchemy.ext.asyncio.AsyncSession"

rule = Rule(
    "STK231",
    requires=(KINDS, database_makers, sessionmaker_notes),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    severity="warning",
    default=False,
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    if is_async(call, ctx):
        yield Finding(call.at, "use `async_sessionmaker` for async sessions", fix_of(call, ctx))


@rule.on_fact(sessionmaker_notes)
def check_annotation(note: SessionmakerNote, ctx: Context) -> Iterator[Finding]:
    if note.of is None or ctx.symbol(note.name, note.scope) != SYNC:
        return
    new = ctx.name(ASYNC, note.scope)
    if ctx.declared(note.of, note.scope).word == "async-session":
        fix = Fix((replaced(note.at, new.code, ctx),), "Use `async_sessionmaker`", new.requests) if new else None
        yield Finding(note.at, "use `async_sessionmaker` for async sessions", fix)


def is_async(call: Call, ctx: Context) -> bool:
    """Whether a call is of `sessionmaker` with a class of async sessions."""
    cls = call.argument(1, "class_")
    if cls is None or ctx.symbol(call.function, call.scope) != SYNC:
        return False
    kind = ctx.kind(cls.expr, call.scope)
    return kind.word == "class" and ctx.instance(kind).word == "async-session"


def fix_of(call: Call, ctx: Context) -> Fix | None:
    new, cls = ctx.name(ASYNC, call.scope), call.argument(1, "class_")
    if new is None or cls is None or not call.whole_known:
        return None
    edits = [replaced(function_span(call), new.code, ctx)]
    if ctx.symbol(cls.expr, call.scope) == DEFAULT:
        gone = without_argument(cls, call, ctx)
        if gone is None:
            return None
        edits.append(gone)
    elif not cls.name:
        return None  # `async_sessionmaker` takes it by name
    notes = [note.at for note in ctx.facts(sessionmaker_notes) if note.value == call.whole]
    edits += [replaced(at, new.code, ctx) for at in notes]
    return Fix(tuple(edits), "Use `async_sessionmaker`", new.requests)
