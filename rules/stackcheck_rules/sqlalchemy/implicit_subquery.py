"""Select that is used as a subquery

## Why is this bad?

SQLAlchemy 1 made a subquery of a select where one was needed: `statement.c.id`, `statement.select()`,
`select_from(statement)`. SQLAlchemy 2.0 does it with a warning and 2.1 no more: `c` and `select` raise
`AttributeError`, `select_from` raises `ArgumentError`. The function `subquery()` is gone in 2.0.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Table, func, select

users = Table("users", MetaData(), Column("id", Integer), Column("age", Integer))
grown = select(users.c.id).where(users.c.age > 18)
number = select(func.count()).select_from(grown)
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, Table, func, select

users = Table("users", MetaData(), Column("id", Integer), Column("age", Integer))
grown = select(users.c.id).where(users.c.age > 18)
number = select(func.count()).select_from(grown.subquery())
```

## Fix safety

Unsafe for `select_from(…)` and `.select()`: SQLAlchemy 1 made one subquery of a select, however often it was
used, and each `.subquery()` makes another. Safe for the function `subquery("name", […])`. No fix is offered
for `c` and `columns`, which mean the columns of that one subquery: make it first, by a name of its own.

## References

- [SQLAlchemy: a SELECT is no longer implicitly considered to be a FROM clause](https://docs.sqlalchemy.org/en/20/changelog/migration_14.html#a-select-statement-is-no-longer-implicitly-considered-to-be-a-from-clause)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stackcheck import Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses.core_attributes import CoreAttribute, core_attributes
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import inserted_after, replaced
from stackcheck_rules.sqlalchemy._call_rewrite import rewritten
from stackcheck_rules.sqlalchemy._core_values import is_display, receiver_of, symbol_of
from stackcheck_rules.sqlalchemy._generative import Argued, Step

SELECTS = {"select", "compound"}

rule = Rule(
    "STK265",
    requires=(KINDS, core_attributes, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_attributes)
def check_attribute(use: CoreAttribute, ctx: Context) -> Iterator[Finding]:
    receiver = ctx.kind(use.receiver, use.scope)
    if use.name in {"c", "columns"} and receiver.word in SELECTS and receiver.certain:
        yield Finding(use.at, f"a select has no `{use.name}` in SQLAlchemy 2.1; make a subquery of it first")


@rule.on_fact(core_calls)
def check_call(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    scope = call.call.scope
    if call.name == "subquery" and symbol_of(call, ctx) == "sqlalchemy.subquery":
        yield Finding(
            call.call.at, "`subquery()` is gone in SQLAlchemy 2.0; use the method of a select", of_name(call, ctx)
        )
    elif call.name == "select" and receiver_of(call, ctx).word in SELECTS and receiver_of(call, ctx).certain:
        message = "a select has no `select` in SQLAlchemy 2.1; make a subquery of it first"
        yield Finding(call.call.at, message, subqueried(call.call.owner, ctx))
    elif call.name == "select_from" and receiver_of(call, ctx).word in {*SELECTS, "query"}:
        for given in call.given:
            kind = ctx.kind(given.value, scope)
            if not given.name and kind.word in SELECTS and kind.certain:
                message = "`select_from` takes no select in SQLAlchemy 2.1; make a subquery of it"
                yield Finding(given.argument.span, message, subqueried(given.argument.value, ctx))


def subqueried(statement: Span, ctx: Context) -> Fix:
    return Fix((inserted_after(statement, ".subquery()", ctx),), "Make a subquery of the select", (), "unsafe")


def of_name(call: CoreCall, ctx: Context) -> Fix | None:
    """`subquery("name", […])` as `select(…).subquery("name")`."""
    alias, columns, name = call.at(0, "alias"), call.at(1, "columns"), ctx.name("sqlalchemy.select")
    if alias is None or columns is None or len(call.given) > 2 or name is None or not is_display(columns.value):
        return None
    made = rewritten(call, {alias: ("subquery", as_argument)}, columns, "Use `select(…).subquery()`", ctx)
    if made is None:
        return None
    function = Span(*call.call.whole[:2], *call.call.at[2:])
    return replace(made, edits=(*made.edits, replaced(function, name.code, ctx)), imports=name.requests)


def as_argument(method: str, argued: Argued, ctx: Context) -> Step | None:
    return Step(f".{method}({argued.code})")
