"""Name that SQLAlchemy 2 keeps elsewhere, or under another name

## Why is this bad?

What was in `sqlalchemy.ext.declarative` is in `sqlalchemy.orm` now, `sqlalchemy.future` is SQLAlchemy
itself. Those old homes still stand, most of them with a warning. Others are gone: importing `relation`,
`eagerload`, `RowProxy` or `LegacyRow` raises `ImportError`.

Imports are followed in every form: under another name, inside functions, `import sqlalchemy as sa`. So are
`dynamic_loader()`, which is `relationship(lazy="dynamic")`, and the function `mapper` as the target of
events, which is the class `Mapper` now. What a program imports for an old SQLAlchemy, in a branch that
asks for the version or as the fallback of a failed import, is left alone.

## Example

```python
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.ext.declarative import declared_attr
from sqlalchemy.orm import relation


class Owned:
    owner_id = Column(Integer, ForeignKey("users.id"))

    @declared_attr
    def owner(cls):
        return relation("User")
```

Use instead:

```python
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declared_attr, relationship


class Owned:
    owner_id = Column(Integer, ForeignKey("users.id"))

    @declared_attr
    def owner(cls):
        return relationship("User")
```

## Fix safety

Safe where the new name is the same thing, or does what the old one did. Unsafe are the rows and results
of SQLAlchemy 1 (`RowProxy`, `ResultProxy`, `KeyedTuple`, `LegacyRow`: a `Row` is a named tuple, without
`row["name"]` and `row.keys()`), and `sqlalchemy.databases`, whose modules are packages in
`sqlalchemy.dialects`.

Where the uses of a name cannot follow, because it is in `__all__`, in a string, or bound twice, the new
name is imported under the old one.

## References

- [SQLAlchemy 2.0: Declarative becomes a first class API](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#declarative-becomes-a-first-class-api)
- [SQLAlchemy: dictionary collections](https://docs.sqlalchemy.org/en/20/orm/collection_api.html#dictionary-collections)
- [SQLAlchemy 2.0: what's new](https://docs.sqlalchemy.org/en/20/changelog/whatsnew_20.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses._taken_names import OldImport, OldRead
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.event_listeners import Listener, event_listeners, is_listening
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._old_name_fixes import (
    fix_of_listener,
    fix_of_loader,
    fix_of_read,
    fixes_of,
    is_moved,
)
from stackcheck_rules.sqlalchemy._old_names import home_of, old_names, successor_of

rule = Rule(
    "STK205",
    requires=(KINDS, old_names, event_listeners),
    versions={"sqlalchemy": "1.4"},
    without=SQLALCHEMY_2,  # some of the new names came with 2.0
    outside=(sqlalchemy_branches,),
    severity="warning",
)


@rule.on_fact(old_names)
def check(fact: object, ctx: Context) -> Iterator[Finding]:
    match fact:
        case OldImport(module=module, names=names):
            moved = [(index, old) for index, old in enumerate(names) if is_moved(old.symbol, ctx)]
            fixes = fixes_of(fact, ctx) if moved else {}
            for index, old in moved:
                message = f"`{module}.{old.name}` is now `{successor_of(old.symbol)}`"
                yield Finding(old.span, message, fixes.get(index))
        case OldRead(owner=owner, name=name, scope=scope, span=span):
            module = ctx.symbol(owner, scope)
            symbol = home_of(module, name)
            if is_moved(symbol, ctx):
                message = f"`{symbol}` is now `{successor_of(symbol)}`"
                yield Finding(span, message, fix_of_read(fact, module, symbol, ctx))
        case Call(name="dynamic_loader", function=function, scope=scope, at=at):
            if ctx.symbol(function, scope) == "sqlalchemy.orm.dynamic_loader":
                yield Finding(at, '`dynamic_loader` is `relationship(lazy="dynamic")`', fix_of_loader(fact, ctx))


@rule.on_fact(event_listeners)
def check_listener(listener: Listener, ctx: Context) -> Iterator[Finding]:
    if ctx.symbol(listener.target, listener.scope) == "sqlalchemy.orm.mapper" and is_listening(listener, ctx):
        message = "events of the function `mapper` are deprecated; listen to the class `Mapper`"
        yield Finding(listener.at, message, fix_of_listener(listener, ctx))
