"""Method of a session that SQLAlchemy's documentation calls legacy

## Why is this bad?

`bulk_insert_mappings`, `bulk_update_mappings` and `bulk_save_objects` are legacy since SQLAlchemy 2.0, whose
`session.execute(insert(User), rows)` and `session.execute(update(User), rows)` do the same for dicts, with
`RETURNING`, and whose plain `add_all` inserts in batches too. `enable_relationship_loading` is legacy for
longer, and does not work as its name says.

Nothing breaks: the rule is opt-in.

## Example

```python
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def load(session: Session, rows: list[dict[str, str]]) -> None:
    session.bulk_insert_mappings(User, rows)
```

Use instead:

```python
from sqlalchemy import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def load(session: Session, rows: list[dict[str, str]]) -> None:
    session.execute(insert(User), rows)
```

## Fix safety

Unsafe: an empty list of rows did nothing, and inserts a row of defaults now. No fix is offered for
`bulk_save_objects`, whose objects may be new or not, for `return_defaults` and `render_nulls`, and where the
class is not known to be mapped.

## References

- [Session API: legacy bulk methods](https://docs.sqlalchemy.org/en/20/orm/queryguide/dml.html#legacy-session-bulk-insert-methods)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_calls import database_calls
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.sqlalchemy._call_edits import replaced, source
from stackcheck_rules.sqlalchemy._receivers import receivers

INSTEAD = {
    "bulk_insert_mappings": "use `execute(insert(…), …)`",
    "bulk_save_objects": "use `add_all(…)`",
    "bulk_update_mappings": "use `execute(update(…), …)`",
    "enable_relationship_loading": "load the object by a query",
}
STATEMENTS = {"bulk_insert_mappings": "sqlalchemy.insert", "bulk_update_mappings": "sqlalchemy.update"}

rule = Rule(
    "STK239",
    requires=(KINDS, database_calls),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    severity="info",
    default=False,
)


@rule.on_fact(database_calls)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    if call.name in INSTEAD and receivers(call, {"session", "session-registry"}, ctx):
        yield Finding(call.at, f"`{call.name}` is legacy; {INSTEAD[call.name]}", fix_of(call, ctx))


def fix_of(call: Call, ctx: Context) -> Fix | None:
    if call.name not in STATEMENTS or [one.name for one in call.arguments] != ["", ""]:
        return None
    entity = call.arguments[0]
    statement = ctx.name(STATEMENTS[call.name], call.scope)
    kind = ctx.kind(entity.expr, call.scope)
    if (
        statement is None
        or call.used
        or kind.word != "class"
        or ctx.instance(kind).word not in {"orm", "orm-dataclass", "sqlmodel"}
    ):
        return None
    edits = (
        replaced(call.at, "execute", ctx),
        replaced(entity.value, f"{statement.code}({source(entity.value, ctx)})", ctx),
    )
    return Fix(edits, "Execute a statement", statement.requests, "unsafe")
