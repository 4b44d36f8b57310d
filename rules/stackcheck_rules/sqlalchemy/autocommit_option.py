"""Autocommit of SQLAlchemy 1.x, which 2.0 ignores

## Why is this bad?

`execution_options(autocommit=True)` made SQLAlchemy 1.x commit after the statement. Version 2.0 accepts the
option and ignores it: nothing is committed, nothing is said, and the change is rolled back when the
connection is closed. `Session(autocommit=True)` and `sessionmaker(autocommit=True)` raise `ArgumentError`.

Open a transaction that commits (`with engine.begin() as conn:`, `with session.begin():`), call
`commit()`, or ask for the driver's own mode with `isolation_level="AUTOCOMMIT"`.

## Example

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///./app.db")


def clean() -> None:
    with engine.connect() as conn:
        conn.execute(text("DELETE FROM tokens").execution_options(autocommit=True))
```

Use instead:

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///./app.db")


def clean() -> None:
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM tokens"))
```

## References

- [SQLAlchemy 2.0: library-level autocommit removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#library-level-but-not-driver-level-autocommit-removed-from-both-core-and-orm)
- [Driver-level autocommit](https://docs.sqlalchemy.org/en/20/core/connections.html#setting-transaction-isolation-levels-including-dbapi-autocommit)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.database_calls import EXECUTING, database_calls
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import source
from stackcheck_rules.sqlalchemy._makers import ENGINE_MAKERS, SESSION_MAKERS
from stackcheck_rules.sqlalchemy._receivers import CONNECTIONS, SESSIONS, receivers

ENGINES = {"engine", "async-engine"}
STATEMENTS = {"delete", "insert", "query", "select", "text", "update"}
IN_DICT = re.compile(r"""["']autocommit["']\s*:\s*True\b|\bautocommit\s*=\s*True\b""")
IGNORED = "`autocommit=True` does nothing in SQLAlchemy 2.0, and nothing is committed; use `begin()` or `commit()`"

rule = Rule(
    "STK282",
    requires=(KINDS, database_calls, database_makers),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(database_calls)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    if call.name == "execution_options":
        given = turned_on(call)
        owners = receivers(call, CONNECTIONS | ENGINES | STATEMENTS, ctx) if given else ()
    else:
        given = option_in(call, ctx) if call.name in EXECUTING or call.name == "connection" else None
        owners = receivers(call, CONNECTIONS | SESSIONS, ctx) if given else ()
    if given is not None and owners:
        yield Finding(given.span, IGNORED)


@rule.on_fact(database_makers)
def check_maker(call: Call, ctx: Context) -> Iterator[Finding]:
    symbol = ctx.symbol(call.function, call.scope)
    if symbol in SESSION_MAKERS and (given := turned_on(call)) is not None:
        yield Finding(given.span, "`autocommit=True` raises in SQLAlchemy 2.0; use `session.begin()`")
    if symbol in ENGINE_MAKERS and (given := option_in(call, ctx)) is not None:
        yield Finding(given.span, IGNORED)


def turned_on(call: Call) -> Argument | None:
    given = call.argument(-1, "autocommit")
    return given if given is not None and given.expr == ("const", True) else None


def option_in(call: Call, ctx: Context) -> Argument | None:
    """The `execution_options={"autocommit": True}` of a call."""
    given = call.argument(-1, "execution_options")
    return given if given is not None and IN_DICT.search(source(given.value, ctx)) else None
