"""Old way of calling `select`: a list of columns, the parts of the statement as arguments

## Why is this bad?

SQLAlchemy 1 took the columns of `select` as a list, and the `WHERE` clause, the order and the limit as
arguments. SQLAlchemy 2 takes columns alone, one by one, and raises `ArgumentError` for a list or a
keyword. The same goes for `exists([…])` and `with_only_columns([…])`.

`select` of other libraries, of the standard library and of SQLModel, is left alone.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, String, Table, select

metadata = MetaData()
users = Table("users", metadata, Column("id", Integer), Column("name", String))


def named(name: str):
    return select([users.c.id, users.c.name], users.c.name == name, order_by=users.c.id)
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, String, Table, select

metadata = MetaData()
users = Table("users", metadata, Column("id", Integer), Column("name", String))


def named(name: str):
    return select(users.c.id, users.c.name).where(users.c.name == name).order_by(users.c.id)
```

## Fix safety

Safe where the arguments are written out: lists, comparisons, columns. Unsafe where a name may hold a
list or one expression (`order_by=order`), or None (`whereclause=condition`: the old call left the clause
out, `where(None)` renders `WHERE NULL`), and where only an annotation says that a name holds a list.

No fix is offered for `bind=…` and for arguments that SQLAlchemy 1.4 had not any more, for flags that are
not constants, nor for `exists` of several columns.

## References

- [SQLAlchemy: `select()` takes columns positionally](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#select-no-longer-accepts-varied-constructor-arguments-columns-are-passed-positionally)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.core_calls import CoreCall, Given, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_rewrite import rewritten
from stackcheck_rules.sqlalchemy._core_values import is_list, receiver_of, symbol_of
from stackcheck_rules.sqlalchemy._generative import OF_SELECT

POSITIONS = ("columns", "whereclause", "from_obj", "distinct", "having", "correlate", "prefixes", "suffixes")
OF_EXISTS = {"whereclause", "from_obj"}  # what is a method of `exists()` too

rule = Rule(
    "STK255",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    scope = call.call.scope
    if call.name == "with_only_columns":
        receiver = receiver_of(call, ctx)
        listed = call.at(0, "columns")
        is_old = listed and len(call.given) == 1 and is_list(listed, scope, ctx) and listed.form != "Tuple"
        if is_old and receiver.word == "select" and receiver.certain:
            fix = rewritten(call, {}, listed, "Pass the columns one by one", ctx)
            yield Finding(call.call.at, "`with_only_columns` takes columns one by one, not as a list", fix)
    elif symbol_of(call, ctx) in {"sqlalchemy.select", "sqlalchemy.exists"}:
        columns = call.at(0, "columns")
        listed = columns if columns and (columns.name or is_list(columns, scope, ctx)) else None
        keywords = {given.name for given in call.given} - {"", "*", "**"}
        if listed is None and not keywords - {"bind"}:
            return
        parts = "columns one by one" if len(call.given) == 1 else "columns alone, one by one"
        message = f"`{call.name}` takes {parts}, in SQLAlchemy 2.0"
        yield Finding(call.call.at, message, fix_of(call, columns, ctx))


def fix_of(call: CoreCall, columns: Given | None, ctx: Context) -> Fix | None:
    positional = [given for given in call.given if not given.name]
    named = {given: POSITIONS[at] for at, given in enumerate(positional) if at < len(POSITIONS)}
    named |= {given: given.name for given in call.given if given.name}
    rest = {given: OF_SELECT.get(name) for given, name in named.items() if given != columns}
    if len(named) < len(call.given) or None in rest.values():
        return None
    if call.name == "exists" and not (set(named.values()) - {"columns"} <= OF_EXISTS and has_one(columns)):
        return None
    moved = {given: found for given, found in rest.items() if found}
    return rewritten(call, moved, columns, "Use the methods of the statement", ctx)


def has_one(columns: Given | None) -> bool:
    """Whether a list is one of one column, which is what `exists` takes now."""
    return columns is not None and columns.form in {"List", "Tuple"} and len(columns.value[1]) == 1
