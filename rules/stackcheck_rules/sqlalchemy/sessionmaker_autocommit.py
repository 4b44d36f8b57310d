"""Argument `autocommit=False` of a session or its factory

## Why is this bad?

`sessionmaker(autocommit=False, …)` says what has long been the default, and is the only way
since 2.0: the argument is accepted for old code's sake, and `True` raises. It came to many projects with an
old template. `autocommit=True` is `autocommit-option` (STK282).

## Example

```python
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine("sqlite:///./app.db")
SessionLocal = sessionmaker(autocommit=False, autoflush=False, bind=engine)
```

Use instead:

```python
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine("sqlite:///./app.db")
SessionLocal = sessionmaker(autoflush=False, bind=engine)
```

## Fix safety

Safe: it is the default in all versions.

## References

- [SQLAlchemy 2.0: `autocommit` mode removed from `Session`](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#autocommit-mode-removed-from-session-autobegin-support-added)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import without_argument
from stackcheck_rules.sqlalchemy._makers import SESSION_MAKERS

rule = Rule(
    "STK232",
    requires=(KINDS, database_makers),
    versions={"sqlalchemy": "1.4"},
    severity="warning",
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    given = call.argument(-1, "autocommit")
    if given is None or given.expr != ("const", False):
        return
    if ctx.symbol(call.function, call.scope) in SESSION_MAKERS:
        edit = without_argument(given, call, ctx)
        fix = Fix((edit,), "Leave `autocommit` out") if edit is not None else None
        yield Finding(given.span, "`autocommit=False` is the only way in SQLAlchemy 2.0; leave it out", fix)
