"""Call in `Depends` instead of the function

## Why is this bad?

`Depends(get_db())` calls the function once, while the module is imported, and hands FastAPI what comes out: a
generator, a coroutine, a session. None of these can be called, so the module cannot be imported:
`TypeError: <generator object get_db at …> is not a callable object`.

A function that gives a function is right there (`Depends(require("admin"))`), and so is an object with a method
`__call__`.

## Example

```python
from collections.abc import Iterator

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

app = FastAPI()
engine = create_engine("sqlite:///app.db")


def get_db() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@app.get("/users")
def list_users(db: Session = Depends(get_db())) -> list[str]:
    return []
```

Use instead:

```python
from collections.abc import Iterator

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

app = FastAPI()
engine = create_engine("sqlite:///app.db")


def get_db() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@app.get("/users")
def list_users(db: Session = Depends(get_db)) -> list[str]:
    return []
```

## Fix safety

The parentheses go, where there is nothing in them.

## References

- [FastAPI: dependencies](https://fastapi.tiangolo.com/tutorial/dependencies/#declare-the-dependency-in-the-dependant)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Kind, Rule, Span, dotted
from stackcheck_rules.analyses.dependencies import MARKER_SYMBOLS, Provider, dependencies
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.sessions._line_edits import code

NOUNS = {
    "generator": "a generator", "awaitable": "a coroutine", "context": "a context manager", "session": "a session",
    "async-session": "a session", "connection": "a connection", "async-connection": "a connection",
}  # fmt: skip
CALLS = ("__call__", "__getattr__")

rule = Rule("STK412", requires=(KINDS, dependencies))


@rule.on_fact(dependencies)
def check(provider: Provider, ctx: Context) -> Iterator[Finding]:
    if provider.given[0] != "call" or ctx.symbol(provider.marker) not in MARKER_SYMBOLS:
        return
    called = provider.given[1]
    kind = ctx.kind(provider.given)
    noun = NOUNS.get(kind.word, "")
    if not kind.certain or not (noun or cannot_be_called(kind, ctx)):
        return
    name = dotted(called) or code(provider.span, ctx)
    message = (
        f"`{name}(…)` is {noun or f'an instance of `{kind.symbol}`'}, which cannot be called: "
        f"the import fails with a `TypeError`; give `Depends` {'the function' if noun else 'something'} to call"
    )
    simple = (
        kind.word != "context"
        and dotted(called)
        and code(provider.span, ctx).endswith("()")
        and ctx.kind(called).word == "function"
    )
    edits = ctx.edits([(end_of(provider.span), "")]) if simple else ()
    yield Finding(provider.span, message, Fix(edits, "Give `Depends` the function") if edits else None)


def end_of(span: Span) -> Span:
    """The `()` that a call ends in."""
    return Span(span.end_line, span.end_column - 2, span.end_line, span.end_column)


def cannot_be_called(kind: Kind, ctx: Context) -> bool:
    """Whether an object is of a class of the project that has no `__call__`, all of whose bases are known."""
    if kind.word != "instance" or not kind.file:
        return False
    ancestry = ctx.ancestry(Kind("class", kind.symbol, kind.file))
    own = [cls for cls in ancestry.classes if cls.file]
    return ancestry.whole and not any(ctx.bindings(cls, name) for cls in own for name in CALLS)
