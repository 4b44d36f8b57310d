"""Generic model that names its concrete models with `__concrete_name__`

## Why is this bad?

Pydantic 2 asks `model_parametrized_name` how to call `Response[int]`, and never calls
`__concrete_name__`. Nothing fails: the models have other names, and so have the schemas that
clients are generated from.

## Example

```python
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Response(BaseModel, Generic[T]):
    data: T

    @classmethod
    def __concrete_name__(cls, params: tuple[type[Any], ...]) -> str:
        return f"{params[0].__name__.title()}Response"
```

Use instead:

```python
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Response(BaseModel, Generic[T]):
    data: T

    @classmethod
    def model_parametrized_name(cls, params: tuple[type[Any], ...]) -> str:
        return f"{params[0].__name__.title()}Response"
```

## Fix safety

Safe: both methods get the same parameters and return the name, and the old one is not called.
Unsafe where a class above in another file has the old method too, which `super()` then no longer
reaches. A class that defines both methods is left alone.

## References

- [Pydantic: changes to `GenericModel`](https://docs.pydantic.dev/latest/migration/#changes-to-pydanticgenericsgenericmodel)
- [`BaseModel.model_parametrized_name`](https://docs.pydantic.dev/latest/api/base_model/#pydantic.BaseModel.model_parametrized_name)
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stackcheck import Applicability, Context, Finding, Fix, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._models import definer, is_model, is_model_class, is_model_instance

rule = Rule(
    "STK153",
    gate="__concrete_name__",
    requires=(KINDS,),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)
OLD, NEW = "__concrete_name__", "model_parametrized_name"
TITLE = f"Rename to `{NEW}`"


@rule.on(cst.ClassDef)
def check(model: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
    if not is_model(model, ctx):
        return
    bound = ctx.outline.scopes[ctx.qualname(model)].bindings
    for method in model.body.body:
        if isinstance(method, cst.FunctionDef) and method.name.value == OLD and NEW not in bound:
            message = f"`{OLD}` of `{model.name.value}` is never called by Pydantic 2; rename it to `{NEW}`"
            yield Finding(method.name, message, renamed(model, method, ctx))


def renamed(model: cst.ClassDef, method: cst.FunctionDef, ctx: Context) -> Fix:
    """The method under its new name, and what it calls of the classes above."""
    edits: dict[cst.CSTNode, cst.CSTNode | None] = {method.name: cst.Name(NEW)}
    for node in ctx.below(method.body, cst.Attribute):
        if node.attr.value == OLD and is_super(node.value):
            edits[node.attr] = cst.Name(NEW)
    above = [cls for cls in ctx.ancestry(ctx.kind(model)).classes[1:] if cls.file and cls.file != ctx.file]
    safety: Applicability = "unsafe" if any(ctx.bindings(cls, OLD) for cls in above) else "safe"
    return Fix(edits, TITLE, applicability=safety)


def is_super(node: cst.BaseExpression) -> bool:
    match node:
        case cst.Call(func=cst.Name(value="super")):
            return True
    return False


@rule.on(cst.Attribute)
def check_call(node: cst.Attribute, ctx: Context) -> Iterator[Finding]:
    if node.attr.value != OLD or is_super(node.value):
        return
    kind = ctx.kind(node.value)
    if is_model_class(kind, ctx) or is_model_instance(kind):
        holder = definer(kind, OLD, ctx)
        if holder is None or not ctx.bindings(holder, NEW):
            message = f"`{OLD}` is gone from Pydantic 2; call `{NEW}`"
            yield Finding(node.attr, message, Fix({node.attr: cst.Name(NEW)}, TITLE))
