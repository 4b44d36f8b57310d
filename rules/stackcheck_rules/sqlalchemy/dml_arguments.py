"""Parts of an `INSERT`, `UPDATE` or `DELETE` as arguments

## Why is this bad?

In SQLAlchemy 2 the functions `insert`, `update` and `delete` take the table alone, and the methods of a
table nothing. The condition, the values, `returning` and the others are methods of the statement. As
arguments they raise `TypeError`.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, String, Table, update

users = Table("users", MetaData(), Column("id", Integer), Column("name", String))
add = users.insert({"name": "ada"}, returning=[users.c.id])
rename = update(users, users.c.id == 1, {"name": "ada"})
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, String, Table, update

users = Table("users", MetaData(), Column("id", Integer), Column("name", String))
add = users.insert().values({"name": "ada"}).returning(users.c.id)
rename = update(users).where(users.c.id == 1).values({"name": "ada"})
```

## Fix safety

Safe where the arguments are written out. Unsafe where a condition or values may be None, which the old
call took for nothing said and the methods do not, where a name may hold one expression or a list of them,
and for `preserve_parameter_order=True`, which becomes `ordered_values(…)`.

No fix is offered for `bind=…` and for flags that are not constants.

## References

- [SQLAlchemy: `insert()`, `update()`, `delete()` no longer accept other arguments](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#insert-update-delete-dml-no-longer-accept-keyword-constructor-arguments)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.core_calls import CoreCall, Given, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import replaced
from stackcheck_rules.sqlalchemy._call_rewrite import rewritten
from stackcheck_rules.sqlalchemy._core_values import receiver_of, symbol_of
from stackcheck_rules.sqlalchemy._generative import OF_DML, dialect_options, nothing

ORDERED = "preserve_parameter_order"
POSITIONS = {
    "insert": ("values", "inline", "bind", "prefixes", "returning", "return_defaults"),
    "update": ("whereclause", "values", "inline", "bind", "prefixes", "returning", "return_defaults", ORDERED),
    "delete": ("whereclause", "bind", "returning", "prefixes"),
}
OF_METHODS = {"insert": ("values", "inline"), "update": ("whereclause", "values", "inline"), "delete": ("whereclause",)}
FUNCTIONS = {f"sqlalchemy.{name}" for name in POSITIONS} | {
    f"sqlalchemy.dialects.{dialect}.insert" for dialect in ("postgresql", "mysql", "sqlite")
}

rule = Rule(
    "STK258",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    if call.name not in POSITIONS or not call.given:
        return
    if symbol_of(call, ctx) in FUNCTIONS:
        names: tuple[str, ...] = ("table", *POSITIONS[call.name])
    elif receiver_of(call, ctx).word == "table" and receiver_of(call, ctx).certain:
        names = OF_METHODS[call.name]
    else:
        return
    positional = [one for one in call.given if not one.name]
    named = [(one, one.name) for one in call.given if one.name not in {"", "*", "**"}]
    given = [*zip(positional, names, strict=False), *named]
    said = [name for _, name in given if name not in {"table", "bind"}]
    if said:
        methods = ", ".join(f"`.{OF_DML[name][0]}()`" for name in said if name in OF_DML) or "its methods"
        takes = "the table alone" if names[0] == "table" else "no arguments"
        message = f"`{call.name}` takes {takes} in SQLAlchemy 2.0; use {methods}"
        yield Finding(call.call.at, message, fix_of(call, given, ctx) if len(given) == len(call.given) else None)


def fix_of(call: CoreCall, given: list[tuple[Given, str]], ctx: Context) -> Fix | None:
    moved = {one: OF_DML.get(name, (name, dialect_options)) for one, name in given if name != "table"}
    ordered = next((one for one, name in given if name == ORDERED), None)
    fix = rewritten(call, moved | ({ordered: ("", nothing)} if ordered else {}), None, "Use the methods", ctx)
    if fix is None or ordered is None or ordered.value == ("const", False):
        return fix
    # The flag speaks of the `values` that follow, and what they are given is a list of pairs.
    after = next((each for each in ctx.facts(core_calls) if is_values_of(each, call)), None)
    pairs = rewritten(after, {}, after.at(0, ""), "", ctx) if after and ordered.value == ("const", True) else None
    if after is None or pairs is None:
        return None
    edits = (*fix.edits, *pairs.edits, replaced(after.call.at, "ordered_values", ctx))
    return replace(fix, edits=edits, applicability="unsafe")


def is_values_of(call: CoreCall, statement: CoreCall) -> bool:
    return call.name == "values" and call.call.owner == statement.call.whole and len(call.given) == 1
