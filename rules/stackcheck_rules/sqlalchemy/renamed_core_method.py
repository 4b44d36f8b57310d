"""Method of a statement or a table under its old name

## Why is this bad?

SQLAlchemy 1.4 renamed a few methods of its Core. The old names still work, with a `SADeprecationWarning`,
and are to be taken away: `as_scalar`, `column` and `froms` of a select, `tometadata` of a table, the argument
`mustexist` of `Table`, and `create_engine(…, strategy="mock")`.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Table, func, select

users = Table("users", MetaData(), Column("id", Integer))
newest = select(func.max(users.c.id)).as_scalar()
copied = users.tometadata(MetaData())
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, Table, func, select

users = Table("users", MetaData(), Column("id", Integer))
newest = select(func.max(users.c.id)).scalar_subquery()
copied = users.to_metadata(MetaData())
```

## Fix safety

Safe: the old names call the new ones. No fix is offered for `as_scalar` of a subquery or an alias, whose
select is the one to make a scalar of.

## References

- [SQLAlchemy: `as_scalar()`](https://docs.sqlalchemy.org/en/20/core/selectable.html#sqlalchemy.sql.expression.SelectBase.as_scalar)
- [SQLAlchemy: `to_metadata()`](https://docs.sqlalchemy.org/en/20/core/metadata.html#sqlalchemy.schema.Table.to_metadata)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stackcheck import Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses.core_attributes import CoreAttribute, core_attributes
from stackcheck_rules.analyses.core_calls import CoreCall, Given, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import replaced
from stackcheck_rules.sqlalchemy._call_rewrite import rewritten
from stackcheck_rules.sqlalchemy._core_values import receiver_of, symbol_of
from stackcheck_rules.sqlalchemy._generative import nothing

SELECTS = {"select", "compound"}
# Old name -> whose it is, its new name.
RENAMED = {
    "as_scalar": (SELECTS, "scalar_subquery"),
    "column": ({"select"}, "add_columns"),
    "tometadata": ({"table"}, "to_metadata"),
}

rule = Rule(
    "STK260",
    requires=(KINDS, core_attributes, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="warning",
)


@rule.on_fact(core_calls)
def check_call(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    if call.name in RENAMED:
        receiver = receiver_of(call, ctx)
        words, new = RENAMED[call.name]
        if receiver.word in words and receiver.certain:
            yield finding(call.call.at, call.name, new, ctx)
        elif call.name == "as_scalar" and receiver.word in {"alias", "subquery"}:
            message = "`as_scalar` of a subquery is deprecated; use `scalar_subquery` of its select"
            yield Finding(call.call.at, message)
    elif call.name == "Table" and symbol_of(call, ctx) == "sqlalchemy.Table":
        given = call.at(-1, "mustexist")
        if given:
            start = given.argument.span
            name = Span(start.line, start.column, start.line, start.column + len("mustexist"))
            yield finding(name, "mustexist", "must_exist", ctx)
    elif call.name == "create_engine" and symbol_of(call, ctx) == "sqlalchemy.create_engine":
        strategy = call.at(-1, "strategy")
        if strategy and strategy.value == ("const", "mock"):
            message = "`strategy` is deprecated; use `create_mock_engine`"
            yield Finding(strategy.argument.span, message, mocked(call, strategy, ctx))


@rule.on_fact(core_attributes)
def check_attribute(use: CoreAttribute, ctx: Context) -> Iterator[Finding]:
    if use.name == "froms" and not use.stored:
        receiver = ctx.kind(use.receiver, use.scope)
        if receiver.word == "select" and receiver.certain:
            yield finding(use.at, "froms", "get_final_froms", ctx, "()")


def finding(at: Span, old: str, new: str, ctx: Context, called: str = "") -> Finding:
    fix = Fix(ctx.edits([(at, new + called)]), f"Use `{new}`")
    return Finding(at, f"`{old}` is deprecated; use `{new}`", fix)


def mocked(call: CoreCall, strategy: Given, ctx: Context) -> Fix | None:
    """`create_engine(url, strategy="mock", executor=…)` as `create_mock_engine(url, executor=…)`."""
    name = ctx.name("sqlalchemy.create_mock_engine")
    made = rewritten(call, {strategy: ("", nothing)}, None, "Use `create_mock_engine`", ctx)
    if name is None or made is None:
        return None
    function = Span(*call.call.whole[:2], *call.call.at[2:])
    return replace(made, edits=(*made.edits, replaced(function, name.code, ctx)), imports=name.requests)
