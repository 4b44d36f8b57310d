"""Idiom of Core that SQLAlchemy 2.1 deprecates

## Why is this bad?

SQLAlchemy 2.1 gives a `SADeprecationWarning` for the methods `any` and `all` of an array column and the
functions `Any` and `All` of PostgreSQL (`any_()` and `all_()` do the same), for `params` of an expression that
is no statement, for `order` and `on_null` of `Identity` and `Sequence` (which only Oracle has), and for
`inherit_schema` of `Enum`.

This rule is for projects that allow SQLAlchemy 2.1 and nothing older.

## Example

```python
from sqlalchemy import Column, Identity, Integer, MetaData, Table

users = Table("users", MetaData(), Column("id", Integer, Identity(start=3, order=True)))
```

Use instead:

```python
from sqlalchemy import Column, Identity, Integer, MetaData, Table

users = Table("users", MetaData(), Column("id", Integer, Identity(start=3, oracle_order=True)))
```

## Fix safety

Safe for `order` and `on_null`, which get their new names. Unsafe for arrays, whose comparison is written the
other way round. No fix is offered for `params`, which goes to the statement, for `inherit_schema`, and for
arrays with another operator.

## References

- [SQLAlchemy 2.1: changes and migration](https://docs.sqlalchemy.org/en/21/changelog/migration_21.html)
- [SQLAlchemy: `any_()`](https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.any_)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses.core_calls import CoreCall, Given, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._array_comparisons import POSTGRESQL, fix_of_array
from stackcheck_rules.sqlalchemy._core_columns import type_of
from stackcheck_rules.sqlalchemy._core_values import OPERATIONS, is_column, symbol_of

ARRAYS = {"sqlalchemy.ARRAY", f"{POSTGRESQL}.ARRAY"}
FUNCTIONS = {f"{POSTGRESQL}.Any", f"{POSTGRESQL}.All"}
EXPRESSIONS = {f"sqlalchemy.{name}" for name in ("and_", "or_", "not_", "case", "cast", "exists")}
# Function or class -> its arguments, and what each is called now; empty where there is no other name.
ARGUMENTS = {
    "sqlalchemy.Identity": {"order": "oracle_order", "on_null": "oracle_on_null"},
    "sqlalchemy.Sequence": {"order": "oracle_order"},
    "sqlalchemy.Enum": {"inherit_schema": ""},
    f"{POSTGRESQL}.ENUM": {"inherit_schema": ""},
}

rule = Rule(
    "STK296",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "2.1"},
    outside=(sqlalchemy_branches,),
    severity="warning",
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    symbol = symbol_of(call, ctx)
    for given in call.given if symbol in ARGUMENTS else ():
        if given.name in ARGUMENTS[symbol]:
            yield of_argument(given, ARGUMENTS[symbol][given.name], ctx)
    at, receiver = call.call.at, call.call.receiver
    is_array = call.name in {"any", "all"} and type_of(receiver, call.call.scope, ctx) in ARRAYS
    if is_array or symbol in FUNCTIONS:
        message = f"`{call.name}` of arrays is deprecated in SQLAlchemy 2.1; use `{call.name.lower()}_()`"
        yield Finding(at, message, fix_of_array(call, ctx, of_method=is_array))
    elif call.name == "params" and is_expression(call, ctx):
        message = "`params` of an expression is deprecated in SQLAlchemy 2.1; give them to the statement"
        yield Finding(at, message)


def of_argument(given: Given, new: str, ctx: Context) -> Finding:
    start = given.argument.span
    name = Span(start.line, start.column, start.line, start.column + len(given.name))
    message = f"`{given.name}` is deprecated in SQLAlchemy 2.1"
    fix = Fix(ctx.edits([(name, new)]), f"Use `{new}`") if new else None
    return Finding(name, f"{message}; use `{new}`" if new else message, fix)


def is_expression(call: CoreCall, ctx: Context) -> bool:
    """Whether a method is called on an expression that is no statement."""
    match call.call.receiver:
        case ("call", function, _, _) if ctx.symbol(function, call.call.scope) in EXPRESSIONS:
            return True
    return call.owner_form in OPERATIONS or is_column(call.call.receiver, call.call.scope, ctx)
