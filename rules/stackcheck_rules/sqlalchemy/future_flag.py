"""Flag `future` of an engine or a session

## Why is this bad?

In SQLAlchemy 1.4 `future=True` asked for the engines and sessions of 2.0. In 2.0 there are no others: the
flag says nothing, and `future=False` raises `ArgumentError`.

## Example

```python
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine("sqlite:///./app.db", future=True)
SessionLocal = sessionmaker(engine, autoflush=False, future=True)
```

Use instead:

```python
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine("sqlite:///./app.db")
SessionLocal = sessionmaker(engine, autoflush=False)
```

## Fix safety

Safe for `future=True`. Unsafe for `future=False`: without it the program runs, but it was written for
engines that commit each statement and sessions of the old kind.

## References

- [SQLAlchemy 2.0: use the `future` flag on `Engine`](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-to-2-0-step-four-use-the-future-flag-on-engine)
- [SQLAlchemy 2.0: use the `future` flag on `Session`](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-to-2-0-step-five-use-the-future-flag-on-session)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import without_argument
from stackcheck_rules.sqlalchemy._makers import ENGINE_MAKERS, SESSION_MAKERS

FLAGGED = ENGINE_MAKERS | SESSION_MAKERS | {
    f"sqlalchemy.{home}engine_from_config" for home in ("", "engine.", "ext.asyncio.async_")
}  # fmt: skip

rule = Rule(
    "STK233",
    requires=(KINDS, database_makers),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    outside=(sqlalchemy_branches,),
    severity="warning",
)


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    given = next((one for one in call.arguments if one.name == "future"), None)
    if given is None or given.expr not in {("const", True), ("const", False)}:
        return
    if ctx.symbol(call.function, call.scope) in FLAGGED:
        on = given.expr == ("const", True)
        said = "`future=True` says nothing in SQLAlchemy 2" if on else "`future=False` raises in SQLAlchemy 2"
        edit = without_argument(given, call, ctx)
        fix = Fix((edit,), "Leave `future` out", (), "safe" if on else "unsafe") if edit is not None else None
        yield Finding(given.span, f"{said}; leave it out", fix)
