"""Statement that executes itself

## Why is this bad?

SQLAlchemy 1 could execute a statement without a connection, on the engine that some metadata was bound to:
`users.select().execute()`, `func.now().scalar()`. In SQLAlchemy 2 neither method exists (`AttributeError`).
A statement is executed by a connection or by a session.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Table, create_engine

engine = create_engine("sqlite://")
users = Table("users", MetaData(), Column("id", Integer))


def ids():
    return [row.id for row in users.select().execute()]
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, Table, create_engine

engine = create_engine("sqlite://")
users = Table("users", MetaData(), Column("id", Integer))


def ids():
    with engine.connect() as connection:
        return [row.id for row in connection.execute(users.select())]
```

## References

- [SQLAlchemy: "implicit" and "connectionless" execution, "bound metadata" removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#implicit-and-connectionless-execution-bound-metadata-removed)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._core_values import STATEMENTS, is_function, receiver_of

WITHOUT_RESULT = {"ddl", "sequence"}

rule = Rule(
    "STK263",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    if call.name not in {"execute", "scalar"}:
        return
    receiver = receiver_of(call, ctx)
    executable = STATEMENTS if call.name == "scalar" else STATEMENTS | WITHOUT_RESULT
    if (receiver.word in executable and receiver.certain) or is_function(call.call.receiver, call.call.scope, ctx):
        message = f"a statement has no `{call.name}` in SQLAlchemy 2.0; execute it on a connection or a session"
        yield Finding(call.call.at, message)
