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

import ast
from collections.abc import Iterator, Sequence

from stackcheck import Context, Finding, Fix, Kind, Param, Place, Related, Rule, Scope, Span
from stackcheck_rules.analyses._task_sites import last_name
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.injected_parameters import NAMES, injected_parameters
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.outer_names import functions
from stackcheck_rules.analyses.routes import VERBS
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.sessions._line_edits import code
from stackcheck_rules.sessions._named_calls import NamedCall, function_called, named_calls
from stackcheck_rules.sessions._session_paths import TRANSPARENT, Function, function_of, nodes_by_number

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


def keeps_parameters(called: Function) -> bool:
    """Whether a function is called as it is written: no decorator of unknown use fills its parameters."""
    for decorator in called.scope.decorators:
        match decorator:
            case ("call", ("attr", router, verb), *_) if verb in VERBS or verb == "websocket":
                if called.ctx.kind(router, called.scope.parent).word not in {"router", "app"}:
                    return False
            case _:
                if called.ctx.symbol(decorator, called.scope.parent) not in TRANSPARENT:
                    return False
    return True


def left_out(call: ast.Call, scope: Scope, kind: Kind) -> Sequence[Param]:
    """The parameters that a call does not pass; none if it unpacks something."""
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(word.arg is None for word in call.keywords):
        return ()
    given = {word.arg for word in call.keywords}
    static = any(decorator == ("name", "staticmethod") for decorator in scope.decorators)
    first = len(call.args) + (bool(kind.args) and not static)
    plain = [param for param in scope.params if param.form in {"/", ""}]
    return [
        param for param in scope.params if param.name not in given and (param.form == "kw" or param in plain[first:])
    ]


def is_used(name: str, called: Function) -> bool:
    """Whether a function's body does something with a parameter, as it is given.

    A guard's value is often only asked for; and a function that is made to be called directly may replace it.
    """
    node = nodes_by_number(called.ctx.text)[called.scope.number - 1]
    nodes = [part for statement in getattr(node, "body", []) for part in ast.walk(statement)]
    named = [part for part in nodes if isinstance(part, ast.Name) and part.id == name]
    asked = {
        part.args[0]
        for part in nodes
        if isinstance(part, ast.Call) and last_name(part.func) == "isinstance" and part.args
    }
    return bool(named) and asked.isdisjoint(named) and all(isinstance(part.ctx, ast.Load) for part in named)


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
