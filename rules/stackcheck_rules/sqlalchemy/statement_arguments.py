"""Parts of a `SELECT` as arguments of `table.select` or `union`

## Why is this bad?

In SQLAlchemy 2 the method `select` of tables, joins, aliases and `exists()` takes nothing, and `union` and
its like take statements alone. A condition, an order or a limit as an argument raises `TypeError`; they are
methods of the statement.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Table, union

users = Table("users", MetaData(), Column("id", Integer), Column("age", Integer))
grown = users.select(users.c.age > 18, order_by=[users.c.id])
both = union(grown, users.select(), limit=10)
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, Table, union

users = Table("users", MetaData(), Column("id", Integer), Column("age", Integer))
grown = users.select().where(users.c.age > 18).order_by(users.c.id)
both = union(grown, users.select()).limit(10)
```

## Fix safety

Safe where the arguments are written out. Unsafe where a condition may be None, which the old call took for
none, and where a name may hold one expression or a list of them. No fix is offered for `bind=…`, for flags
that are not constants, and for arguments that are no method of the statement.

## References

- [SQLAlchemy: `select()` no longer accepts varied constructor arguments](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#select-no-longer-accepts-varied-constructor-arguments-columns-are-passed-positionally)
- [SQLAlchemy: `FromClause.select()`](https://docs.sqlalchemy.org/en/20/core/selectable.html#sqlalchemy.sql.expression.FromClause.select)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._core_kinds import SETS
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_rewrite import rewritten
from stackcheck_rules.sqlalchemy._core_values import FROMS, receiver_of, symbol_of
from stackcheck_rules.sqlalchemy._generative import OF_SELECT

SELECTABLE = FROMS | {"exists", "select", "compound"}
OF_SET = {"order_by", "group_by", "limit", "offset", "use_labels"}
SET_FUNCTIONS = {f"sqlalchemy.{name}" for name in SETS}

rule = Rule(
    "STK259",
    requires=(KINDS, core_calls),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    if call.name not in SETS | {"select"} or not call.given:
        return
    keywords = {given: given.name for given in call.given if given.name not in {"", "*", "**"}}
    of_set, receiver = call.name in SETS, receiver_of(call, ctx)
    known_receiver = receiver.certain and receiver.word in ({"select", "compound"} if of_set else SELECTABLE)
    if of_set and (symbol_of(call, ctx) in SET_FUNCTIONS or known_receiver):
        moved, takes = keywords, "statements alone"
    elif not of_set and known_receiver:
        where = call.at(0, "whereclause")
        moved, takes = keywords | ({where: "whereclause"} if where else {}), "no arguments"
    else:
        return
    if any(name != "bind" for name in moved.values()):
        known = {given: OF_SELECT[name] for given, name in moved.items() if name in OF_SELECT}
        possible = len(known) == len(moved if of_set else call.given) and (not of_set or {*moved.values()} <= OF_SET)
        fix = rewritten(call, known, None, "Use the methods of the statement", ctx) if possible else None
        methods = ", ".join(f"`.{method}()`" for method, _ in known.values()) or "its methods"
        yield Finding(call.call.at, f"`{call.name}` takes {takes} in SQLAlchemy 2.0; use {methods}", fix)
