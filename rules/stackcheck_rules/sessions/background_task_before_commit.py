"""Background task that runs before the commit

## Why is this bad?

From FastAPI 0.118 on a background task runs before the dependencies of its request are over. Where the dependency
commits at its end, the task comes first: in a session of its own it does not find what the request has just
written, and if the commit fails the task has done its work for nothing.

Commit before the task is added.

The rule is off by default, like `commit-after-response`, whose pattern it is about.

## Example

```python
from collections.abc import AsyncIterator

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)
found: list[str | None] = []


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    name: Mapped[str] = mapped_column(primary_key=True)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session
        await session.commit()


async def welcome(name: str) -> None:
    async with SessionLocal() as session:
        found.append(await session.scalar(select(User.name)))


@app.post("/users")
async def add_user(tasks: BackgroundTasks, db: AsyncSession = Depends(get_db)) -> None:
    db.add(User(name="ann"))
    tasks.add_task(welcome, "ann")
```

Use instead:

```python
from collections.abc import AsyncIterator

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

app = FastAPI()
SessionLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"), expire_on_commit=False)
found: list[str | None] = []


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    name: Mapped[str] = mapped_column(primary_key=True)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session
        await session.commit()


async def welcome(name: str) -> None:
    async with SessionLocal() as session:
        found.append(await session.scalar(select(User.name)))


@app.post("/users")
async def add_user(tasks: BackgroundTasks, db: AsyncSession = Depends(get_db)) -> None:
    db.add(User(name="ann"))
    await db.commit()
    tasks.add_task(welcome, "ann")
```

## Fix safety

The commit goes right above the task. That is unsafe: what the request does after it is a transaction of its own.

## References

- [FastAPI: background tasks and dependencies with yield](https://fastapi.tiangolo.com/advanced/advanced-dependencies/#background-tasks-and-dependencies-with-yield-technical-details)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses._task_sites import Site, own_nodes, sites_of
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.generator_exits import generator_exits
from stackcheck_rules.analyses.handoffs import Handoff, handoffs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.sessions._functions import Function, nodes_by_number
from stackcheck_rules.sessions._line_edits import begins_line, line_indent, newline_of
from stackcheck_rules.sessions._session_params import commits, session_params

WRITES = {"add", "add_all", "delete", "flush", "merge"}
ENDS = {"commit", "rollback"}

rule = Rule(
    "STK420",
    requires=(KINDS, handoffs, dependencies, generator_exits),
    versions={"fastapi": "0.118"},
    severity="warning",
    default=False,
)


@rule.on_fact(handoffs)
def check(handoff: Handoff, ctx: Context) -> Iterator[Finding]:
    if handoff.name != "add_task" or not handoff.scope or ctx.outline.scopes[handoff.scope].form != "function":
        return
    if ctx.kind(handoff.called[1], handoff.scope).word != "background-tasks":
        return
    function = Function(ctx, handoff.scope)
    for given in session_params(function):
        name = given.param.name
        if given.scope == "function" or not commits(given.dependency) or not is_written(name, handoff.span, function):
            continue
        awaiting = "await " if function.kind(("name", name)).word.startswith("async") else ""
        message = (
            f"this task runs before `{given.dependency.scope.name}` commits: it does not find what `{name}` has "
            f"written; `{awaiting}{name}.commit()` first"
        )
        yield Finding(handoff.span, message, fix(f"{awaiting}{name}.commit()", handoff.span, ctx))


def is_written(name: str, before: Span, function: Function) -> bool:
    """Whether a function writes by a session, and has not committed, before a place."""
    node = nodes_by_number(function.ctx.text)[function.scope.number - 1]
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    written = False
    for site in sites_of(node.body, Site(node)):
        for part in own_nodes(site.node) if site.node.lineno < before.line else ():
            match part:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=method)) if owner == name:
                    written = (written or method in WRITES) and method not in ENDS
    return written


def fix(commit: str, at: Span, ctx: Context) -> Fix | None:
    if not begins_line(at, ctx):
        return None
    start = Span(at.line, at.column, at.line, at.column)
    edit = (start, f"{commit}{newline_of(ctx)}{line_indent(at.line, ctx)}")
    return Fix(ctx.edits([edit]), "Commit first", applicability="unsafe")
