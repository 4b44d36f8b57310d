"""Transaction that is begun in a transaction

## Why is this bad?

A connection of SQLAlchemy 2.0 begins a transaction by itself with its first statement, as sessions do;
`conn.begin()` after that, and a `with conn.begin():` in another one, raise `InvalidRequestError`. Version 1.x
let connections do both: it joined the outer transaction.

Begin first, commit before, or use `begin_nested()` for a savepoint. What happens in one function is
followed, and only what must have happened.

## Example

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///./app.db")


def clean() -> None:
    with engine.connect() as conn:
        count = conn.execute(text("SELECT count(*) FROM tokens")).scalar()
        with conn.begin():
            conn.execute(text("DELETE FROM tokens"))
        print(count)
```

Use instead:

```python
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///./app.db")


def clean() -> None:
    with engine.begin() as conn:
        count = conn.execute(text("SELECT count(*) FROM tokens")).scalar()
        conn.execute(text("DELETE FROM tokens"))
    print(count)
```

## References

- [Commit as you go](https://docs.sqlalchemy.org/en/20/core/connections.html#commit-as-you-go), [begin once](https://docs.sqlalchemy.org/en/20/core/connections.html#begin-once)
- [Explicit begin of a session](https://docs.sqlalchemy.org/en/20/orm/session_transaction.html#explicit-begin)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.begun_twice import BegunTwice, begun_twice
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._receivers import CONNECTIONS, SESSIONS

rule = Rule("STK247", requires=(KINDS, begun_twice), versions={"sqlalchemy": "1.4"}, outside=(sqlalchemy_branches,))


@rule.on_fact(begun_twice)
def check(begun: BegunTwice, ctx: Context) -> Iterator[Finding]:
    owner = ctx.kind(("name", begun.name), begun.scope)
    if owner.word in SESSIONS | CONNECTIONS and owner.certain:
        yield Finding(begun.at, f"`{begun.name}` is in a transaction since `{begun.by}()`, and `begin()` raises")
