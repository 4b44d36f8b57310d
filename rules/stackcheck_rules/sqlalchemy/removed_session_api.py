"""What sessions had before SQLAlchemy 2.0

## Why is this bad?

SQLAlchemy 2.0 has no `session.begin(subtransactions=True)`, no `session.connection(close_with_result=True)`,
no `session.transaction` and no `session.autocommit`; `Session.close_all()` is deprecated and gone in 2.1. Each
of these raises when the line is reached.

## Example

```python
from sqlalchemy.orm import Session


def shut_down() -> None:
    Session.close_all()
```

Use instead:

```python
from sqlalchemy.orm import close_all_sessions


def shut_down() -> None:
    close_all_sessions()
```

## Fix safety

Safe for `close_all`, which called `close_all_sessions` itself. No fix is offered for the others: for nested
transactions use `session.begin_nested()`, or let one function begin; `session.transaction` is
`session.get_transaction()`; `autocommit` is always off.

## References

- [SQLAlchemy 2.0: subtransactions removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#session-subtransaction-behavior-removed)
- [`close_all_sessions()`](https://docs.sqlalchemy.org/en/20/orm/session_api.html#sqlalchemy.orm.close_all_sessions)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, alternatives, dotted
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_attributes import DatabaseAttribute, database_attributes
from stackcheck_rules.analyses.database_calls import database_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import function_span, replaced
from stackcheck_rules.sqlalchemy._receivers import SESSIONS, receivers

CLOSE_ALL = {
    "session": "sqlalchemy.orm.close_all_sessions",
    "async-session": "sqlalchemy.ext.asyncio.close_all_sessions",
}
# method -> argument, and what to say of it
ARGUMENTS = {
    "begin": (
        "subtransactions",
        "there are no subtransactions in SQLAlchemy 2.0; use `begin_nested()` or begin in one place",
    ),
    "connection": ("close_with_result", "`close_with_result` is gone in SQLAlchemy 2.0; close the session"),
}
ATTRIBUTES = {
    "autocommit": "`autocommit` of a session is gone in SQLAlchemy 2.0, where it is always off",
    "transaction": "`transaction` of a session is gone in SQLAlchemy 2.0; use `get_transaction()`",
}

rule = Rule(
    "STK234",
    requires=(KINDS, database_attributes, database_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(database_calls)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    if call.name == "close_all":
        yield from of_close_all(call, ctx)
    elif call.name in ARGUMENTS:
        name, message = ARGUMENTS[call.name]
        given = call.argument(-1, name)
        if given is not None and receivers(call, SESSIONS, ctx):
            yield Finding(given.span, message)


def of_close_all(call: Call, ctx: Context) -> Iterator[Finding]:
    found = ctx.kind(call.receiver, call.scope)
    if found.word == "class":
        found = ctx.instance(found)._replace(certain=found.certain)
    elif found.word in {"factory", "session-registry"} and found.args:
        found = found.args[0]._replace(certain=found.certain)
    if found.word not in CLOSE_ALL or not found.certain or call.arguments:
        return
    yield Finding(
        call.at, "`close_all` is gone in SQLAlchemy 2.1; use `close_all_sessions()`", close_fix(call, found.word, ctx)
    )


def close_fix(call: Call, word: str, ctx: Context) -> Fix | None:
    new = ctx.name(CLOSE_ALL[word], call.scope)
    if new is None or not dotted(call.function):
        return None
    return Fix((replaced(function_span(call), new.code, ctx),), "Use `close_all_sessions()`", new.requests)


@rule.on_fact(database_attributes)
def check_attribute(attribute: DatabaseAttribute, ctx: Context) -> Iterator[Finding]:
    if attribute.name in ATTRIBUTES:
        owners = alternatives(ctx.kind(attribute.owner, attribute.scope))
        own = ctx.kind(("attr", attribute.owner, attribute.name), attribute.scope).known
        if not own and all(kind.word in SESSIONS and kind.certain for kind in owners):
            yield Finding(attribute.name_at, ATTRIBUTES[attribute.name])
