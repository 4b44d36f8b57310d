"""Name that SQLAlchemy 2 has no more

## Why is this bad?

Importing one of these raises `ImportError`: the extension classes of the ORM and `sqlalchemy.interfaces`
(events do their work since 0.7), the loader options that end in `_all`, `instrument_declarative`,
`RemovedIn20Warning` and others. `mapper()` can be imported, and raises `InvalidRequestError` when it is
called; non-primary mappers are gone with SQLAlchemy 2.1. `sqlalchemy.ext.baked` and `contains_alias` are
still there and have no use: every statement is cached now.

The message names what to use, where there is something. What a program imports for an old SQLAlchemy, in
a branch that asks for the version or as the fallback of a failed import, is left alone.

## Example

```python
from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.orm import mapper

metadata = MetaData()
users = Table("users", metadata, Column("id", Integer, primary_key=True))


class User:
    pass


mapper(User, users)
```

Use instead:

```python
from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.orm import registry

mappers = registry()
users = Table("users", mappers.metadata, Column("id", Integer, primary_key=True))


class User:
    pass


mappers.map_imperatively(User, users)
```

## References

- [SQLAlchemy 2.0: original "mapper()" function](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#the-original-mapper-function-now-a-core-element-of-declarative-renamed)
- [SQLAlchemy: relationship to an aliased class](https://docs.sqlalchemy.org/en/20/orm/join_conditions.html#relationship-to-aliased-class)
- [SQLAlchemy: ORM events](https://docs.sqlalchemy.org/en/20/orm/events.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule, Span
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses._taken_names import OldImport, OldRead
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._old_names import home_of, old_names, successor_of
from stackcheck_rules.sqlalchemy._removed_names import FADING, LATER, REMOVED

rule = Rule(
    "STK206",
    requires=(KINDS, old_names),
    versions={"sqlalchemy": "1.4"},
    without=SQLALCHEMY_2,  # some of the names are right in 1.4
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(old_names)
def check(fact: object, ctx: Context) -> Iterator[Finding]:
    for symbol, span in taken(fact, ctx):
        if symbol and not successor_of(symbol) and (symbol not in LATER or ctx.allows("sqlalchemy", "2.0")):
            yield Finding(span, message(symbol))
    if isinstance(fact, Call):
        yield from check_call(fact, ctx)


def taken(fact: object, ctx: Context) -> Iterator[tuple[str, Span]]:
    """Each old name that a fact is about, with its place."""
    match fact:
        case OldImport(names=names):
            yield from ((old.symbol, old.span) for old in names)
        case OldRead(owner=owner, name=name, scope=scope, span=span):
            yield home_of(ctx.symbol(owner, scope), name), span


def message(symbol: str) -> str:
    module = symbol.rpartition(".")[0]
    known = symbol if symbol in REMOVED else module
    instead = f"; use {REMOVED[known]}" if REMOVED.get(known) else ""
    return f"`{symbol}` {FADING.get(known, 'is gone from SQLAlchemy 2')}{instead}"


def check_call(call: Call, ctx: Context) -> Iterator[Finding]:
    """Calls of what may be imported still."""
    if call.argument(-1, "non_primary") and (is_old_mapper(call, ctx) or is_registry(call, ctx)):
        yield Finding(call.at, "non-primary mappers are gone from SQLAlchemy 2.1; relate to an `aliased()` class")
    elif is_old_mapper(call, ctx):
        yield Finding(call.at, "`mapper()` raises in SQLAlchemy 2; use `registry.map_imperatively()`")


def is_old_mapper(call: Call, ctx: Context) -> bool:
    return call.name == "mapper" and ctx.symbol(call.function, call.scope) == "sqlalchemy.orm.mapper"


def is_registry(call: Call, ctx: Context) -> bool:
    return call.name == "map_imperatively" and ctx.kind(call.receiver, call.scope).word == "registry"
