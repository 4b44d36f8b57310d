"""Generic model that inherits from Pydantic 1's `GenericModel`

## Why is this bad?

In Pydantic 2 every model can be generic. `pydantic.generics.GenericModel` is another name for
`BaseModel` there: importing it warns, and Pydantic 3 will not have it.

## Example

```python
from typing import Generic, TypeVar

from pydantic.generics import GenericModel

T = TypeVar("T")


class Page(GenericModel, Generic[T]):
    items: list[T]
```

Use instead:

```python
from typing import Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    items: list[T]
```

## Fix safety

Safe: it names the class that `GenericModel` is. Where another base is a model already,
`GenericModel` is left away: a class cannot inherit from `BaseModel` before one of its subclasses.
`Generic[T]` moves behind the model, as parameters reach the fields only in that order.

## References

- [Pydantic: `GenericModel` was removed](https://docs.pydantic.dev/latest/migration/#changes-to-pydanticgenericsgenericmodel)
- [Generic models](https://docs.pydantic.dev/latest/concepts/models/#generic-models)
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stackcheck import Context, Finding, Fix, Imported, Rule, root_name
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._models import is_model_class

rule = Rule(
    "STK152",
    gate="GenericModel",
    requires=(KINDS,),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)
GENERIC_MODEL = "pydantic.generics.GenericModel"
GENERIC = {"typing.Generic", "typing_extensions.Generic"}
TITLE = "Use `BaseModel`"


@rule.on(cst.Module)
def check(module: cst.Module, ctx: Context) -> Iterator[Finding]:
    imports = [*ctx.below(module, cst.ImportFrom), *ctx.below(module, cst.Import)]
    passed: set[cst.BaseExpression] = {name for statement in imports for name in ctx.below(statement, cst.Name)}
    for model in ctx.below(module, cst.ClassDef):
        for arg in model.bases:
            if ctx.symbol(arg.value) == GENERIC_MODEL:
                passed.update([arg.value, *ctx.below(arg.value, cst.Name)])
                message = f"`{model.name.value}` inherits from `GenericModel`, which is `BaseModel` in Pydantic 2"
                yield Finding(arg.value, message, base_fix(model, ctx))
    nodes: list[cst.BaseExpression] = [*ctx.below(module, cst.Attribute), *ctx.below(module, cst.Name)]
    for node in nodes:
        if node not in passed and is_imported(node, ctx) and ctx.symbol(node) == GENERIC_MODEL:
            written = ctx.name("pydantic.BaseModel")
            fix = Fix({node: code(written, ctx)}, TITLE, written.requests) if written else None
            yield Finding(node, "`GenericModel` is `BaseModel` in Pydantic 2", fix)


def is_imported(node: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a name is an import's: a parameter that takes the class is the class to `ctx.symbol`, too."""
    name = root_name(ctx.expr(node))
    forms = {binding.expr[0] for binding in ctx.outline.module.bindings.get(name, ())}
    return bool(forms) and forms <= {"from", "module"} and name not in ctx.bound_around(ctx.scope_of(node))


def base_fix(model: cst.ClassDef, ctx: Context) -> Fix | None:
    """The bases with `BaseModel` for `GenericModel`, or without it, and `Generic[T]` behind the models."""
    written = ctx.name("pydantic.BaseModel")
    if written is None:
        return None
    bases = [arg for arg in model.bases if ctx.symbol(arg.value) != GENERIC_MODEL]
    if not any(is_model_class(ctx.kind(head(arg)), ctx) for arg in bases):
        bases = [arg if arg in bases else arg.with_changes(value=code(written, ctx)) for arg in model.bases]
    generic = [arg for arg in bases if ctx.symbol(head(arg)) in GENERIC]
    if generic and bases.index(generic[0]) < len(bases) - 1 and not generic[0].star:
        bases = [*(arg for arg in bases if arg is not generic[0]), generic[0]]
    spaces = [(arg.comma, arg.whitespace_after_arg) for arg in model.bases]
    spaces = [*spaces[: len(bases) - 1], spaces[-1]]
    placed = [
        arg.with_changes(comma=comma, whitespace_after_arg=space)
        for arg, (comma, space) in zip(bases, spaces, strict=True)
    ]
    return Fix({model: model.with_changes(bases=placed)}, TITLE, written.requests)


def code(written: Imported, ctx: Context) -> cst.BaseExpression:
    return cst.parse_expression(written.code, config=ctx.parser_config)


def head(arg: cst.Arg) -> cst.BaseExpression:
    return arg.value.value if isinstance(arg.value, cst.Subscript) else arg.value
