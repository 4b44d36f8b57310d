"""Class or event that changes what the legacy `Query` does

## Why is this bad?

`Query` is legacy. What a subclass of it adds, handed to sessions as `query_cls`, and what listeners of
`before_compile` change, does not reach statements: `session.execute(select(User))` goes past both, so that
a filter for deleted rows or for tenants is silently missing in every part of the program that has moved on.
Functions that take and give a `select()`, and the event `do_orm_execute` of sessions, serve both.

This rule is off by default: a project that stays with `Query` has no use for it.

## Example

```python
from sqlalchemy.orm import Query, sessionmaker


class UndeletedQuery(Query):
    def undeleted(self):
        return self.filter_by(deleted=False)


SessionLocal = sessionmaker(query_cls=UndeletedQuery)
```

Use instead:

```python
from sqlalchemy import Select
from sqlalchemy.orm import sessionmaker


def undeleted(statement: Select) -> Select:
    return statement.filter_by(deleted=False)


SessionLocal = sessionmaker()
```

## References

- [SQLAlchemy: execute events](https://docs.sqlalchemy.org/en/20/orm/session_events.html#execute-events)
- [SQLAlchemy: `with_loader_criteria()`](https://docs.sqlalchemy.org/en/20/orm/queryguide/api.html#sqlalchemy.orm.with_loader_criteria)
- [SQLAlchemy: legacy Query API](https://docs.sqlalchemy.org/en/20/orm/queryguide/query.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.event_listeners import Listener, event_listeners, is_listening
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.query_classes import Extension, query_classes
from stackcheck_rules.sqlalchemy._makers import SESSION_MAKERS

EVENTS = {"before_compile", "before_compile_delete", "before_compile_update"}
QUERY = "sqlalchemy.orm.Query"

rule = Rule(
    "STK209",
    requires=(KINDS, query_classes, database_makers, event_listeners),
    versions={"sqlalchemy": "1.4"},
    severity="warning",
    default=False,
)


@rule.on_fact(query_classes)
def check(extension: Extension, ctx: Context) -> Iterator[Finding]:
    if ctx.symbol(extension.base, extension.scope) == QUERY:
        message = f"`{extension.name}` extends the legacy `Query`; write functions of a `select()`"
        yield Finding(extension.at, message)


@rule.on_fact(database_makers)
def check_maker(call: Call, ctx: Context) -> Iterator[Finding]:
    given = call.argument(-1, "query_cls")
    if given is not None and ctx.symbol(call.function, call.scope) in SESSION_MAKERS:
        yield Finding(given.span, "`query_cls` reaches `session.query()` alone; write functions of a `select()`")


@rule.on_fact(event_listeners)
def check_listener(listener: Listener, ctx: Context) -> Iterator[Finding]:
    target = ctx.kind(listener.target, listener.scope)
    if listener.event in EVENTS and ctx.instance(target).word == "query" and is_listening(listener, ctx):
        message = f"`{listener.event}` is for `Query` alone; listen to `do_orm_execute` of the session"
        yield Finding(listener.said, message)
