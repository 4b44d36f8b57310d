"""Engine that is given to a SQL function, which SQLAlchemy 2 ignores

## Why is this bad?

`func.now(bind=engine)` gave the function an engine to execute itself on. SQLAlchemy 2 takes the argument
without an error and without a warning, and does nothing with it; a function cannot execute itself any more.

## Example

```python
from sqlalchemy import create_engine, func

engine = create_engine("sqlite://")
now = func.now(bind=engine)
```

Use instead:

```python
from sqlalchemy import create_engine, func, select

engine = create_engine("sqlite://")


def now():
    with engine.connect() as connection:
        return connection.scalar(select(func.now()))
```

## References

- [SQLAlchemy: "implicit" and "connectionless" execution, "bound metadata" removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#implicit-and-connectionless-execution-bound-metadata-removed)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.function_binds import FunctionBind, function_binds
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches

rule = Rule(
    "STK284",
    requires=(KINDS, function_binds),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(function_binds)
def check(use: FunctionBind, ctx: Context) -> Iterator[Finding]:
    if ctx.symbol(use.function, use.scope).startswith("sqlalchemy.func."):
        message = "`bind` of a SQL function does nothing in SQLAlchemy 2.0; execute it on a connection"
        yield Finding(use.at, message)
