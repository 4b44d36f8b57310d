"""Argument of Core that SQLAlchemy 2 has not

## Why is this bad?

SQLAlchemy 2 raises `TypeError` for `autoload` of `Table` (`autoload_with` says it all), for
`convert_unicode` and `unicode_error` of string types (under Python 3 they did nothing), and for
`bindparams`, `typemap` and `autocommit` of `text`.

## Example

```python
from sqlalchemy import Column, MetaData, String, Table, create_engine

engine = create_engine("sqlite://")
users = Table("users", MetaData(), autoload=True, autoload_with=engine)
name = Column("name", String(50, convert_unicode=True))
```

Use instead:

```python
from sqlalchemy import Column, MetaData, String, Table, create_engine

engine = create_engine("sqlite://")
users = Table("users", MetaData(), autoload_with=engine)
name = Column("name", String(50))
```

## Fix safety

Safe where the argument says what is so without it. `unicode_error` and `convert_unicode="force"` go with an
unsafe fix: they concerned drivers that return bytes. No fix is offered for `autoload` without
`autoload_with`, which needs an engine, and for the arguments of `text`, which are methods now.

## References

- [SQLAlchemy: reflecting tables](https://docs.sqlalchemy.org/en/20/core/reflection.html)
- [SQLAlchemy: `TextClause`](https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.TextClause)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stackcheck import Applicability, Context, Finding, Fix, Rule
from stackcheck_rules.analyses._core_shapes import STRINGS
from stackcheck_rules.analyses.core_calls import CoreCall, Given, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_rewrite import rewritten
from stackcheck_rules.sqlalchemy._core_values import symbol_of
from stackcheck_rules.sqlalchemy._generative import nothing

REMOVED = {
    "sqlalchemy.Table": {"autoload": "use `autoload_with`"},
    "sqlalchemy.text": {
        "autocommit": "use a transaction",
        "bindparams": "use the method `bindparams()`",
        "typemap": "use the method `columns()`",
    },
    **{f"sqlalchemy.{name}": dict.fromkeys(("convert_unicode", "unicode_error"), "remove it") for name in STRINGS},
}

rule = Rule(
    "STK264",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    removed = REMOVED.get(symbol_of(call, ctx), {})
    for given in call.given:
        if given.name in removed:
            message = f"`{call.name}` has no `{given.name}` in SQLAlchemy 2.0; {removed[given.name]}"
            yield Finding(given.argument.span, message, fix_of(call, given, ctx))


def fix_of(call: CoreCall, given: Given, ctx: Context) -> Fix | None:
    safety: Applicability = "safe"
    match given.name, given.value:
        case "autoload", ("const", True) if call.at(-1, "autoload_with"):
            pass
        case "autoload", ("const", False) if not call.at(-1, "autoload_with"):
            pass
        case "convert_unicode", ("const", True | False):
            pass
        case "convert_unicode" | "unicode_error", _:
            safety = "unsafe"
        case _:
            return None
    made = rewritten(call, {given: ("", nothing)}, None, f"Remove `{given.name}`", ctx)
    return made and replace(made, applicability=safety)
