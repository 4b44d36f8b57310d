"""Keyword argument of `Session.execute` that SQLAlchemy 2.0 does not know

## Why is this bad?

`session.execute(stmt, mapper=User)` chose the engine by keyword arguments; SQLAlchemy 2.0 takes them as
`bind_arguments={"mapper": User}` and raises `TypeError` for the old form. The same holds for `bind=` and
`clause=`, for `session.scalar`, and for `session.connection(mapper=User)`. Every other keyword argument is a
`TypeError` in all versions: parameters of the statement are passed as a dict.

## Example

```python
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session


def count(session: Session, replica: Engine) -> int:
    return session.execute(text("SELECT count(*) FROM users"), bind=replica).scalar()
```

Use instead:

```python
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session


def count(session: Session, replica: Engine) -> int:
    return session.execute(text("SELECT count(*) FROM users"), bind_arguments={"bind": replica}).scalar()
```

## Fix safety

Safe: version 1.4 put the keyword arguments into `bind_arguments` itself. No fix is offered where
`bind_arguments` or parameters are given besides, for `**kwargs`, and where arguments of both sorts are mixed.

## References

- [`Session.execute()`](https://docs.sqlalchemy.org/en/20/orm/session_api.html#sqlalchemy.orm.Session.execute)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.database_calls import EXECUTING, database_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._parameters import as_dict, bound_words, rest_of
from stackcheck_rules.sqlalchemy._receivers import SESSIONS, receivers

BIND_ARGUMENTS = {"bind", "clause", "mapper"}

rule = Rule("STK235", requires=(KINDS, database_calls), versions={"sqlalchemy": "1.4"}, outside=(sqlalchemy_branches,))


@rule.on_fact(database_calls)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    named = bound_words(call)
    if call.name == "connection":
        named = [word for word in named if word.name in BIND_ARGUMENTS]
    elif call.name not in EXECUTING:
        return
    if not named or not receivers(call, SESSIONS, ctx):
        return
    if any(word.name in BIND_ARGUMENTS for word in named):
        message = f"`{call.name}` takes `{named[0].name}=` in `bind_arguments` in SQLAlchemy 2.0"
        yield Finding(named[0].span, message, bind_fix(call, named, ctx))
    else:
        message = f"`{call.name}` takes parameters as a dict, not as keyword arguments"
        yield Finding(named[0].span, message, dict_fix(call, named, ctx))


def bind_fix(call: Call, named: list[Argument], ctx: Context) -> Fix | None:
    if (
        call.argument(-1, "bind_arguments")
        or not call.whole_known
        or any(word.name not in BIND_ARGUMENTS for word in named)
    ):
        return None
    edits = as_dict(named, call, ctx, "bind_arguments=")
    return Fix(edits, "Pass it in `bind_arguments`") if edits is not None else None


def dict_fix(call: Call, named: list[Argument], ctx: Context) -> Fix | None:
    if not call.whole_known or rest_of(call) or call.argument(-1, "params"):
        return None
    edits = as_dict(named, call, ctx)
    return Fix(edits, "Pass the parameters as a dict") if edits is not None else None
