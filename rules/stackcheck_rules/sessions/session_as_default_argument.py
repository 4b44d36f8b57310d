"""Session as the default of a parameter, or in a route without `Depends`

## Why is this bad?

A default is evaluated once, when the module is imported. `def add_user(user, db=SessionLocal())` makes one session
for all calls of the process: requests see each other's unfinished changes, one commits what another has begun,
and once a flush has failed each later call fails with `PendingRollbackError`.

In a route or a dependency FastAPI takes such a parameter for a field of the request. Where it is annotated, the
application does not start: `FastAPIError: Invalid args for response field! Hint: check that <class
'sqlalchemy.orm.session.Session'> is a valid Pydantic field type`. Where it is not, every request fails. A parameter
`db: Session` without a default comes to the same: `Depends(get_db)` is missing.

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


def add_user(name: str, db: Session = SessionLocal()) -> None:
    db.execute(text("INSERT INTO users VALUES (:name)"), {"name": name})


@router.get("/users")
def list_users(db: Session = Depends(get_db)) -> list[str]:
    add_user("ann", db)
    return list(db.scalars(text("SELECT name FROM users")))


@router.get("/users/count")
def count_users(db: Session = SessionLocal()) -> int | None:
    return db.scalar(text("SELECT count(*) FROM users"))
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


def add_user(name: str, db: Session) -> None:
    db.execute(text("INSERT INTO users VALUES (:name)"), {"name": name})


@router.get("/users")
def list_users(db: Session = Depends(get_db)) -> list[str]:
    add_user("ann", db)
    return list(db.scalars(text("SELECT name FROM users")))


@router.get("/users/count")
def count_users(db: Session = Depends(get_db)) -> int | None:
    return db.scalar(text("SELECT count(*) FROM users"))
```

## Fix safety

Unsafe. In routes and dependencies the default becomes `Depends(get_db)`, where the project has exactly one dependency
that yields such a session. In other functions the default goes, so that a call without a session fails at once;
offered where every call of the function is known and passes one.

## References

- [FastAPI: dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
- [SQLAlchemy: is the Session thread-safe?](https://docs.sqlalchemy.org/en/21/orm/session_basics.html#is-the-session-thread-safe-is-asyncsession-safe-to-share-in-concurrent-tasks)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, Scope, Span
from stackcheck_rules.analyses._session_parameters import home_name
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.entries import is_bare, is_entry
from stackcheck_rules.analyses.global_sessions import TROUBLE
from stackcheck_rules.analyses.kinds import KINDS, SESSIONS
from stackcheck_rules.analyses.served import is_served, served
from stackcheck_rules.analyses.session_parameters import SessionParameter, session_parameters
from stackcheck_rules.analyses.session_providers import Provider, session_providers

rule = Rule("STK404", requires=(KINDS, dependencies, served, session_parameters, session_providers))


@rule.on_fact(session_parameters)
def check(param: SessionParameter, ctx: Context) -> Iterator[Finding]:
    function = ctx.outline.scopes[param.function]
    if not is_served(ctx):
        return
    taken = f"`{param.name}` is taken for a field of the request"
    if param.given is None or param.default == ("const", None):
        word = class_word(param, function, ctx)
        if word and is_entry(function, ctx) and is_bare(function, ctx):
            message = f"{taken}, and FastAPI refuses to start: `Depends` is missing"
            yield Finding(param.span, message, depends_fix(param, word, function, ctx))
        return
    kind = ctx.kind(param.default or ("other",), function.parent)
    if kind.word not in TROUBLE or not kind.certain:
        return
    noun, trouble = TROUBLE[kind.word]
    if is_entry(function, ctx):
        message = f"{taken}, and its default is one {noun} for all of them; get it by `Depends`"
        yield Finding(param.given, message, depends_fix(param, kind.word, function, ctx))
    else:
        message = f"the default of `{param.name}` is one {noun} for all calls, made at import: {trouble}"
        yield Finding(param.given, message, required_fix(param, function, ctx))


def class_word(param: SessionParameter, function: Scope, ctx: Context) -> str:
    """`session` or `async-session` where a parameter is annotated with such a class and nothing else."""
    cls = ctx.kind(param.annotation, function.parent)
    word = ctx.instance(cls).word if cls.word == "class" and cls.certain else ""
    return word if word in SESSIONS else ""


def depends_fix(param: SessionParameter, word: str, function: Scope, ctx: Context) -> Fix | None:
    provider: Provider | None = ctx.fact(session_providers, word)
    marker, given = ctx.name("fastapi.Depends"), home_name(provider.home, function.span.line, ctx) if provider else None
    session = ctx.name(provider.session) if provider else None
    if provider is None or marker is None or given is None or session is None:
        return None
    behind = [one for one in function.params if one.form == "" and one.span > param.span]
    if param.given is None and any(one.default == ("other",) for one in behind):
        return None  # one without a default may not follow
    call = f"{marker.code}({given.code})"
    note = "" if param.annotation != ("other",) else f": {session.code}"
    requests = (*marker.requests, *given.requests, *(session.requests if note else ()))
    edit = (param.given, call) if param.given and not note else (after(param), f"{note} = {call}")
    return Fix(ctx.edits([edit]), f"Get it from `{provider.home[1]}`", requests, "unsafe")


def required_fix(param: SessionParameter, function: Scope, ctx: Context) -> Fix | None:
    """The parameter without its default, where every call passes one and no other default stands before it."""
    if not ctx.fact(session_parameters, (ctx.file, param.function, param.name)):
        return None
    own = next(one for one in function.params if one.name == param.name)
    before = [one.default for one in function.params if one.form == own.form and one.span < own.span]
    if own.form != "kw" and any(default != ("other",) for default in before):
        return None
    return Fix(ctx.edits([(after(param), "")]), "Make it required", applicability="unsafe")


def after(param: SessionParameter) -> Span:
    """From the end of a parameter's annotation to that of its default."""
    end = param.given or param.span
    return Span(*param.span[2:], *end[2:])
