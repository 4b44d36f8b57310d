"""Metadata, table or statement that is bound to an engine

## Why is this bad?

SQLAlchemy 1 bound an engine to a `MetaData`, or to a statement, and used it wherever none was given.
SQLAlchemy 2 knows no such thing: `MetaData(bind=engine)` and `text(…, bind=engine)` raise `TypeError`,
`MetaData(engine)` raises `ArgumentError`, `metadata.create_all()` and `table.create()` want an engine or a
connection, and nothing has an attribute `bind` but sessions.

## Example

```python
from sqlalchemy import MetaData, create_engine

engine = create_engine("sqlite://")
metadata = MetaData(bind=engine)


def prepare():
    metadata.create_all()
```

Use instead:

```python
from sqlalchemy import MetaData, create_engine

engine = create_engine("sqlite://")
metadata = MetaData()


def prepare():
    metadata.create_all(engine)
```

## References

- [SQLAlchemy: "implicit" and "connectionless" execution, "bound metadata" removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#implicit-and-connectionless-execution-bound-metadata-removed)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._core_kinds import DDL, SETS
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.core_attributes import CoreAttribute, core_attributes
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._core_values import FROMS, STATEMENTS, receiver_of, symbol_of

# What is called on what, with an engine as its first argument.
EMITTING = {
    **{name: {"metadata"} for name in ("create_all", "drop_all", "reflect")},
    **{name: {"table", "index", "sequence"} for name in ("create", "drop")},
}
MAKERS = {f"sqlalchemy.{name}" for name in (*words("select insert update delete text exists"), *SETS, *DDL)}
MAKING = words("select insert update delete")  # the methods of a table and its like
BOUND = FROMS | STATEMENTS | {"metadata"}
ENGINES = {"engine", "connection", "async-engine", "async-connection"}

rule = Rule(
    "STK262",
    requires=(KINDS, core_attributes, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_calls)
def check_call(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    bind, symbol = call.at(-1, "bind"), symbol_of(call, ctx)
    if call.name in EMITTING:
        receiver = receiver_of(call, ctx)
        given = bind or call.at(0, "bind") or not call.call.whole_known
        if receiver.word in EMITTING[call.name] and receiver.certain and not given:
            message = f"`{call.name}` needs an engine or a connection in SQLAlchemy 2.0"
            yield Finding(call.call.at, message)
    elif symbol == "sqlalchemy.ThreadLocalMetaData":
        yield Finding(call.call.at, "`ThreadLocalMetaData` is gone in SQLAlchemy 2.0; use `MetaData`")
    elif symbol == "sqlalchemy.MetaData":
        first = call.at(0, "bind")
        if first and (first.name or ctx.kind(first.value, call.call.scope).word in ENGINES):
            yield Finding(first.argument.span, "`MetaData` has no engine in SQLAlchemy 2.0; pass it where it is used")
    elif bind and (symbol in MAKERS or (call.name in MAKING and receiver_of(call, ctx).word in FROMS)):
        yield Finding(bind.argument.span, f"`{call.name}` has no `bind` in SQLAlchemy 2.0; execute it on a connection")


@rule.on_fact(core_attributes)
def check_attribute(use: CoreAttribute, ctx: Context) -> Iterator[Finding]:
    if use.name == "bind" and not use.stored:
        receiver = ctx.kind(use.receiver, use.scope)
        if receiver.word in BOUND and receiver.certain:
            yield Finding(use.at, "`bind` is gone in SQLAlchemy 2.0: pass the engine along")
