"""Declarative base made by a function or a decorator

## Why is this bad?

To a type checker the base of `declarative_base()` is `Any`, and with it all that a model inherits. A
subclass of `DeclarativeBase` is a class like any other, the base that `Mapped[]` and `mapped_column()` are
made for. It takes the place of `registry.generate_base()` and of the decorators `as_declarative()` and
`registry.as_declarative_base` as well.

`bind=` and arguments without a name raise `TypeError` in SQLAlchemy 2.

## Example

```python
from sqlalchemy import MetaData
from sqlalchemy.orm import declarative_base

metadata = MetaData(schema="app")

Base = declarative_base(metadata=metadata)
```

Use instead:

```python
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

metadata = MetaData(schema="app")


class Base(DeclarativeBase):
    metadata = metadata
```

## Fix safety

Safe for `Base = declarative_base()`, also with `metadata=`, `type_annotation_map=` and `name=`. It is unsafe
where the difference may show: something in the project asks for `DeclarativeMeta`, which is the metaclass
no more; a class of the models has an `__init_subclass__`, which then has to hand on to that of
`DeclarativeBase`; the name is bound a second time; the metadata may be None. Unsafe are mixins (`cls=`),
registries and decorators as well: the base had the constructor of SQLAlchemy, whatever its mixins had.

No fix is offered where a mixin has an `__init__` or names a table, nor for `class_registry=`,
`constructor=`, `mapper=` and `metaclass=`, which need a registry that is written out, or a
`DeclarativeBaseNoMeta`.

## References

- [SQLAlchemy 2.0: `declarative_base()` is superseded by `DeclarativeBase`](https://docs.sqlalchemy.org/en/20/changelog/whatsnew_20.html#step-one-orm-declarative-base-is-superseded-by-orm-declarativebase)
- [SQLAlchemy: declarative mapping styles](https://docs.sqlalchemy.org/en/20/orm/declarative_styles.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Binding, Context, Expr, Finding, Rule, root_name
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.declarative_bases import BaseMaker, declarative_bases
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.metaclass_uses import metaclass_uses
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._base_class import assigned_base, decorated_base
from stackcheck_rules.sqlalchemy._base_parts import OF_REGISTRIES

rule = Rule(
    "STK204",
    requires=(KINDS, declarative_bases, metaclass_uses, heirs),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    outside=(sqlalchemy_branches,),
    severity="warning",
)


@rule.on_fact(declarative_bases)
def check(maker: BaseMaker, ctx: Context) -> Iterator[Finding]:
    call = maker.call
    if not makes_base(call, ctx):
        return
    message = f"`{call.name}` makes a base of the 1.x style; subclass `DeclarativeBase`"
    if any(argument.name == "bind" for argument in call.arguments):
        message = f"`bind` of `{call.name}` raises in SQLAlchemy 2; pass the engine where it is used"
    match maker.form:
        case "assigned":
            yield Finding(call.at, message, assigned_base(maker, ctx))
        case "decorates":
            yield Finding(call.at, message, decorated_base(maker, ctx))
        case _:
            yield Finding(call.at, message)


def makes_base(call: Call, ctx: Context) -> bool:
    """Whether the function is SQLAlchemy's, imported from there and not as for an older release too."""
    if call.name in OF_REGISTRIES:
        return ctx.kind(call.receiver, call.scope).word == "registry"
    bound = [one for scope in ctx.outline.scopes.values() for one in scope.bindings.get(root_name(call.function), ())]
    if not bound or not all(is_home(one.expr) for one in bound) or any(in_branch(one, ctx) for one in bound):
        return False
    return ctx.symbol(call.function, call.scope) == f"sqlalchemy.orm.{call.name}"


def is_home(expr: Expr) -> bool:
    """Whether an import is from SQLAlchemy; its `automap_base` is known as another `declarative_base` alone."""
    return expr[0] in {"from", "module"} and expr[1].startswith("sqlalchemy") and "automap" not in expr[1]


def in_branch(binding: Binding, ctx: Context) -> bool:
    return any(span[:2] <= binding.span[:2] < span[2:] for span in ctx.facts(sqlalchemy_branches))
