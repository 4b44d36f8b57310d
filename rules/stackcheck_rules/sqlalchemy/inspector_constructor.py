"""Old way to an `Inspector`, or an old name of it

## Why is this bad?

`Inspector(engine)` and `Inspector.from_engine(engine)` are deprecated since 1.4; `inspect(engine)` gives the
inspector of the database at hand. Two names that go with it are gone: `inspector.reflecttable` from
SQLAlchemy 2.0, `mapper.mapped_table` from 2.1.

What a method is called on is followed through annotations, calls and `with`, in whatever file they stand.

## Example

```python
from sqlalchemy import MetaData, Table, create_engine
from sqlalchemy.engine.reflection import Inspector

engine = create_engine("sqlite://")
inspector = Inspector.from_engine(engine)
users = Table("users", MetaData())
inspector.reflecttable(users, None)
```

Use instead:

```python
from sqlalchemy import MetaData, Table, create_engine, inspect

engine = create_engine("sqlite://")
inspector = inspect(engine)
users = Table("users", MetaData())
inspector.reflect_table(users, None)
```

## Fix safety

Safe: the old ways do the same. Where the name `inspect` is taken, as by the module of the standard library,
`sqlalchemy.inspect` is written in full. No fix is offered where a function imports `Inspector` itself.

## References

- [SQLAlchemy: reflecting with `Inspector`](https://docs.sqlalchemy.org/en/20/core/reflection.html#fine-grained-reflection-with-inspector)
- [SQLAlchemy: `Mapper.persist_selectable`](https://docs.sqlalchemy.org/en/20/orm/mapping_api.html#sqlalchemy.orm.Mapper.persist_selectable)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Applicability, Context, Finding, Fix, Imported, ImportRequest, Rule, Span, root_name
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.inspector_uses import Read, inspector_uses
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._old_name_fixes import name_for

# Name -> what has it, its new name, and the release without the old one.
RENAMED = {
    "mapped_table": ("mapper", "persist_selectable", "2.1"),
    "reflecttable": ("inspector", "reflect_table", "2"),
}

rule = Rule(
    "STK208",
    requires=(KINDS, inspector_uses),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="warning",
)


@rule.on_fact(inspector_uses)
def check(fact: object, ctx: Context) -> Iterator[Finding]:
    match fact:
        case Call(name="from_engine", receiver=made, scope=scope, at=at):
            if ctx.symbol(made, scope) == "sqlalchemy.Inspector":
                yield Finding(at, "`Inspector.from_engine()` is deprecated; use `inspect()`", inspected(fact, ctx))
        case Call(name="Inspector", function=made, scope=scope, at=at):
            if ctx.symbol(made, scope) == "sqlalchemy.Inspector":
                yield Finding(at, "calling `Inspector` is deprecated; use `inspect()`", inspected(fact, ctx))
        case Call(name=name, receiver=receiver, scope=scope, at=at) | Read(name, receiver, scope, at):
            word, new, release = RENAMED[name]
            kind = ctx.kind(receiver, scope)
            if kind.word == word:
                safety: Applicability = "safe" if kind.certain else "unsafe"
                fix = Fix(ctx.edits([(at, new)]), f"Use `{new}`", (), safety)
                yield Finding(at, f"`{name}` of {word}s is gone from SQLAlchemy {release}; use `{new}`", fix)


def inspected(call: Call, ctx: Context) -> Fix | None:
    """`inspect(engine)` for the call; the old ways call the engine `bind`."""
    bind = call.argument(0, "bind")
    known = name_for("sqlalchemy.inspect", call.function, call.scope, ctx) or whole_name(call, ctx)
    if bind is None or len(call.arguments) != 1 or known is None:
        return None
    function, keyword = Span(*call.owner[:2], *call.at[2:]), Span(*bind.span[:2], *bind.value[:2])
    return Fix(ctx.edits([(function, known.code), (keyword, "")]), "Use `inspect`", known.requests)


def whole_name(call: Call, ctx: Context) -> Imported | None:
    """`sqlalchemy.inspect`, where a file has another `inspect`: that of the standard library is common."""
    bound = [binding for one in ctx.outline.scopes.values() for binding in one.bindings.get("sqlalchemy", ())]
    taken = "inspect" in ctx.outline.module.bindings and root_name(call.function) in ctx.outline.module.bindings
    if not taken or any(binding.expr != ("module", "sqlalchemy") for binding in bound):
        return None
    return Imported("sqlalchemy.inspect", (ImportRequest("sqlalchemy"),))
