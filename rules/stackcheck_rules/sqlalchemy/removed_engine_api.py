"""What engines and connections had before SQLAlchemy 2.0

## Why is this bad?

`engine.table_names()`, `engine.has_table()`, `run_callable()`, `transaction()`, `contextual_connect()` and
`conn.connect()` are gone from SQLAlchemy 2.0: calling them raises `AttributeError`. The attribute
`connection` of a pooled connection is deprecated; it is `driver_connection` or `dbapi_connection`.

`engine.execute()` is `engine-execute` (STK241).

## Example

```python
from sqlalchemy import create_engine

engine = create_engine("sqlite:///./app.db")


def is_set_up() -> bool:
    return "users" in engine.table_names()
```

Use instead:

```python
from sqlalchemy import create_engine, inspect

engine = create_engine("sqlite:///./app.db")


def is_set_up() -> bool:
    return "users" in inspect(engine).get_table_names()
```

## Fix safety

Safe for `table_names` and `has_table`, which asked the inspector themselves. Unsafe for `connection` of a
pooled connection: `driver_connection` is the driver's own, which under asyncio is another object than before.
No fix is offered for the others: use the connection that is there, call the function in a `with
engine.begin() as conn:`.

## References

- [SQLAlchemy 2.0: engine-level execution removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#implicit-and-connectionless-execution-bound-metadata-removed)
- [`Inspector`](https://docs.sqlalchemy.org/en/20/core/reflection.html#sqlalchemy.engine.reflection.Inspector)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_attributes import DatabaseAttribute, database_attributes
from stackcheck_rules.analyses.database_calls import database_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import replaced, source
from stackcheck_rules.sqlalchemy._receivers import receivers

# word -> method -> what to use instead
GONE = {
    "engine": {
        "contextual_connect": "connect()",
        "has_table": "inspect(engine).has_table()",
        "run_callable": "a call in `with engine.connect() as conn:`",
        "table_names": "inspect(engine).get_table_names()",
        "transaction": "a call in `with engine.begin() as conn:`",
    },
    "connection": {
        "connect": "the connection itself",
        "contextual_connect": "the connection itself",
        "run_callable": "a call of the function",
        "transaction": "a call in `with conn.begin():`",
    },
}
INSPECTED = {"has_table": "has_table", "table_names": "get_table_names"}
MOST = {"has_table": 2, "table_names": 1}  # arguments, the last one being the schema

rule = Rule(
    "STK243",
    requires=(KINDS, database_attributes, database_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(database_calls)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    if not any(call.name in methods for methods in GONE.values()):
        return
    words = {kind.word for kind in receivers(call, GONE.keys(), ctx)}
    if len(words) == 1 and (new := GONE[words.pop()].get(call.name)):
        what = new if " " in new else f"`{new}`"
        yield Finding(call.at, f"`{call.name}` is gone in SQLAlchemy 2.0; use {what}", inspect_fix(call, ctx))


def inspect_fix(call: Call, ctx: Context) -> Fix | None:
    inspect = ctx.name("sqlalchemy.inspect", call.scope) if call.name in INSPECTED else None
    if inspect is None or len(call.arguments) > MOST[call.name]:
        return None
    if any(one.name not in {"", "schema", "table_name"} for one in call.arguments):
        return None
    edits = (
        replaced(call.owner, f"{inspect.code}({source(call.owner, ctx)})", ctx),
        replaced(call.at, INSPECTED[call.name], ctx),
    )
    return Fix(edits, "Ask the inspector", inspect.requests)


@rule.on_fact(database_attributes)
def check_attribute(attribute: DatabaseAttribute, ctx: Context) -> Iterator[Finding]:
    owner = ctx.kind(attribute.owner, attribute.scope)
    if attribute.name == "connection" and owner.symbol == "sqlalchemy.pool.PoolProxiedConnection" and owner.certain:
        edit = replaced(attribute.name_at, "driver_connection", ctx)
        fix = Fix((edit,), "Use `driver_connection`", applicability="unsafe")
        message = "`connection` of a pooled connection is deprecated; use `driver_connection` or `dbapi_connection`"
        yield Finding(attribute.name_at, message, fix)
