"""Method of Core that SQLAlchemy 2 has not

## Why is this bad?

SQLAlchemy 2 took `apply_labels` of selects away, and of tables `exists`, `count` and `append_ddl_listener`
(the last two were gone in 1.4 already). Calling one raises `AttributeError`.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Table

users = Table("users", MetaData(), Column("id", Integer))
everyone = users.select().apply_labels()
```

Use instead:

```python
from sqlalchemy import LABEL_STYLE_TABLENAME_PLUS_COL, Column, Integer, MetaData, Table

users = Table("users", MetaData(), Column("id", Integer))
everyone = users.select().set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
```

## Fix safety

Safe for `apply_labels`, which called the new method. `users.exists(engine)` becomes
`inspect(engine).has_table(users.name, schema=users.schema)`, which is unsafe: what `engine` is has to be
something that `inspect` takes. For the others no fix is offered.

## References

- [SQLAlchemy: `set_label_style()`](https://docs.sqlalchemy.org/en/20/core/selectable.html#sqlalchemy.sql.expression.Select.set_label_style)
- [SQLAlchemy: `Inspector.has_table()`](https://docs.sqlalchemy.org/en/20/core/reflection.html#sqlalchemy.engine.reflection.Inspector.has_table)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import replaced, source
from stackcheck_rules.sqlalchemy._core_values import receiver_of
from stackcheck_rules.sqlalchemy._generative import LABELS

# Method -> whose it was, what is used instead.
REMOVED = {
    "append_ddl_listener": ({"metadata", "table"}, "`event.listen()`"),
    "apply_labels": ({"compound", "select"}, f"`set_label_style({LABELS})`"),
    "count": ({"table"}, "`select(func.count()).select_from(…)`"),
    "exists": ({"table"}, "`inspect(engine).has_table()`"),
}

rule = Rule(
    "STK268",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    if call.name not in REMOVED:
        return
    words, instead = REMOVED[call.name]
    receiver = receiver_of(call, ctx)
    if receiver.word in words and receiver.certain:
        message = f"`{call.name}` is gone in SQLAlchemy 2.0; use {instead}"
        yield Finding(call.call.at, message, fix_of(call, ctx))


def fix_of(call: CoreCall, ctx: Context) -> Fix | None:
    name = ctx.name("sqlalchemy.inspect" if call.name == "exists" else f"sqlalchemy.{LABELS}")
    if name is None:
        return None
    if call.name == "apply_labels" and not call.given:
        called = Span(*call.call.at[:2], *call.call.whole[2:])
        edit = replaced(called, f"set_label_style({name.code})", ctx)
        return Fix((edit,), "Use `set_label_style`", name.requests)
    engine = call.at(0, "bind")
    table = source(call.call.owner, ctx)
    if call.name == "exists" and engine and len(call.given) == 1 and re.fullmatch(r"[\w.]+", table):
        bind = source(engine.argument.value, ctx)
        new = f"{name.code}({bind}).has_table({table}.name, schema={table}.schema)"
        return Fix((replaced(call.call.whole, new, ctx),), "Use `has_table`", name.requests, "unsafe")
    return None
