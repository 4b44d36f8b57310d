"""Function with a `Depends` default called directly

## Why is this bad?

Only FastAPI puts a session where `Depends(get_db)` is the default of a parameter. Who calls the function without that
argument passes the marker itself on: `AttributeError: 'Depends' object has no attribute 'execute'`.

## Example

```python
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


async def count(db: AsyncSession = Depends(get_db)) -> int:
    return await db.scalar(text("SELECT 1"))


@app.get("/total")
async def total(session: AsyncSession = Depends(get_db)) -> int:
    return await count()
```

Use instead:

```python
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


async def count(db: AsyncSession = Depends(get_db)) -> int:
    return await db.scalar(text("SELECT 1"))


@app.get("/total")
async def total(session: AsyncSession = Depends(get_db)) -> int:
    return await count(db=session)
```

A function that is neither a route nor a dependency should not have such a default at all.

## Fix safety

The caller's own session is passed, where it has exactly one. That is unsafe: another one may be meant.

## References

- [FastAPI: dependencies](https://fastapi.tiangolo.com/tutorial/dependencies/)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stackcheck import Context, Finding, Fix, Param, Place, Related, Rule, Span
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.injected_parameters import NAMES, injected_parameters
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.outer_names import functions
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.sessions._direct_calls import is_used, keeps_parameters, left_out
from stackcheck_rules.sessions._functions import Function, function_of
from stackcheck_rules.sessions._line_edits import code
from stackcheck_rules.sessions._named_calls import NamedCall, function_called, named_calls

SESSIONS = {"session", "async-session"}

rule = Rule("STK413", requires=(KINDS, functions, dependencies, injected_parameters))


@rule.on_fact(functions)
def check(_: str, ctx: Context) -> Iterator[Finding]:
    names = ctx.fact(injected_parameters, NAMES) if role_of(ctx.file) == "app" else ()
    for call in named_calls(names, ctx):
        kind = function_called(call, ctx)
        injected: tuple[str, ...] = (ctx.fact(injected_parameters, (kind.file, kind.symbol)) if kind else None) or ()
        called = function_of(kind, ctx) if kind and injected else None
        if kind is None or called is None or not keeps_parameters(called):
            continue
        missing = [param for param in left_out(call.node, called.scope, kind) if param.name in injected]
        used = [param for param in missing if is_used(param.name, called)]
        if used:
            listed = " and ".join(f"`{param.name}`" for param in used)
            message = (
                f"`{called.scope.name}` is called without {listed}, whose default only FastAPI replaces: "
                f"it gets a `Depends` object; pass {'it' if len(used) == 1 else 'them'}"
            )
            place = Place(called.ctx.path, used[0].span)
            yield Finding(
                call.span, message, fix(call, used, called, ctx), related=(Related(place, "filled by FastAPI"),)
            )


def fix(call: NamedCall, missing: Sequence[Param], called: Function, ctx: Context) -> Fix | None:
    """The caller's own session for the only parameter that is missing."""
    kind = called.kind(("name", missing[0].name))
    if len(missing) != 1 or kind.word not in SESSIONS or not call.scope:
        return None
    bound = ctx.outline.scopes[call.scope].bindings
    own = [name for name in bound if ctx.kind(("name", name), call.scope).word == kind.word]
    text = code(call.span, ctx)
    passes = bool(call.node.args or call.node.keywords)
    if len(own) != 1 or (passes and text[:-1].rstrip().endswith(",")):
        return None
    end = Span(call.span.end_line, call.span.end_column - 1, call.span.end_line, call.span.end_column - 1)
    comma = ", " if passes else ""
    edit = (end, f"{comma}{missing[0].name}={own[0]}")
    return Fix(ctx.edits([edit]), f"Pass `{own[0]}`", applicability="unsafe")
