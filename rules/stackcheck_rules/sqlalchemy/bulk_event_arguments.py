"""Listener of bulk updates or deletes that takes four arguments

## Why is this bad?

`after_bulk_update` and `after_bulk_delete` hand over one `update_context`. The form with `session`, `query`,
`query_context` and `result` is deprecated since 0.9, and raises `TypeError` in SQLAlchemy 2.1.

The function is followed to where it is defined, in whatever file that is.

## Example

```python
from sqlalchemy import event
from sqlalchemy.orm import Session


@event.listens_for(Session, "after_bulk_delete")
def deleted(session, query, query_context, result):
    print(session, result.rowcount)
```

Use instead:

```python
from sqlalchemy import event
from sqlalchemy.orm import Session


@event.listens_for(Session, "after_bulk_delete")
def deleted(delete_context):
    print(delete_context.session, delete_context.result.rowcount)
```

## References

- [SQLAlchemy: `after_bulk_update`](https://docs.sqlalchemy.org/en/20/orm/events.html#sqlalchemy.orm.SessionEvents.after_bulk_update)
- [SQLAlchemy: `after_bulk_delete`](https://docs.sqlalchemy.org/en/20/orm/events.html#sqlalchemy.orm.SessionEvents.after_bulk_delete)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.event_listeners import Listener, event_listeners, is_listening
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches

EVENTS = {"after_bulk_delete", "after_bulk_update"}

rule = Rule(
    "STK238",
    requires=(KINDS, event_listeners),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(event_listeners)
def check(listener: Listener, ctx: Context) -> Iterator[Finding]:
    if listener.event in EVENTS and takes_four(listener, ctx) and is_listening(listener, ctx):
        message = (
            f"a listener of `{listener.event}` with four arguments raises in SQLAlchemy 2.1; take one, the context"
        )
        yield Finding(listener.said, message)


def takes_four(listener: Listener, ctx: Context) -> bool:
    handler = ctx.kind(listener.handler, listener.scope)
    scope = ctx.scope(handler) if handler.word == "function" and not handler.args else None
    return scope is not None and [param.form for param in scope.params] == [""] * 4
