"""After validator of a model that is written as a class method

## Why is this bad?

`@model_validator(mode="after")` gets the finished model. On a class method, Pydantic passes it as the
second argument: what is called `values` there, as in a `@root_validator`, is no dictionary, and
`values["a"]` raises a `TypeError` whenever the model is validated.

Since Pydantic 2.12 this form warns (`PydanticDeprecatedSince212`); Pydantic 3 will not take it.

## Example

```python
from pydantic import BaseModel, model_validator


class Account(BaseModel):
    password: str
    repeated: str

    @model_validator(mode="after")
    def same_password(cls, values):
        if values.password != values.repeated:
            raise ValueError("the passwords differ")
        return values
```

Use instead:

```python
from pydantic import BaseModel, model_validator


class Account(BaseModel):
    password: str
    repeated: str

    @model_validator(mode="after")
    def same_password(self):
        if self.password != self.repeated:
            raise ValueError("the passwords differ")
        return self
```

## Fix safety

Safe where the method uses its argument as the model that it is: only the name changes. Unsafe where
it also uses the class, which for an instance of a subclass is another one on `self`, and where it
uses the model as a dictionary and has never worked: `values["a"]` becomes `self.a`.

No fix is offered where a class above or below defines a method of the same name, where the method
is called by its name, and where the body binds one of the names again.

## References

- [Pydantic: model after validators](https://docs.pydantic.dev/latest/concepts/validators/#model-after-validator)
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stackcheck import Context, Finding, Outline, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs
from stackcheck_rules.analyses.validator_families import MODEL, model_form, validator_families
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._root_validator_guards import owner_of
from stackcheck_rules.pydantic._root_validator_instance import instance_fix


def has_class_method(outline: Outline, text: str) -> bool:
    """Whether an after validator may be a class method; most files with validators are not parsed for this."""
    return "model_validator" in text and any(
        any(decorator[0] == "call" and ("mode", ("const", "after")) in decorator[3] for decorator in scope.decorators)
        and (("name", "classmethod") in scope.decorators or [param.name for param in scope.params[:1]] == ["cls"])
        for scope in outline.functions()
    )


rule = Rule(
    "STK115",
    gate=has_class_method,
    requires=(KINDS, heirs, model_configs, validator_families),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on(cst.FunctionDef)
def check(function: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
    for decorator in function.decorators:
        if is_after(decorator.decorator, ctx) and is_class_method(function):
            message = f"`{function.name.value}` validates the finished model; make it a method on `self`"
            owner = owner_of(function, ctx)
            fix = instance_fix(function, decorator, owner, ctx) if owner else None
            yield Finding(decorator.decorator, message, fix)


def is_after(node: cst.BaseExpression, ctx: Context) -> bool:
    return isinstance(node, cst.Call) and ctx.symbol(node.func) == MODEL and model_form(ctx.expr(node)) == "after"


def is_class_method(function: cst.FunctionDef) -> bool:
    """As Pydantic sees it: by the decorator, or by the name of the first parameter."""
    params = [*function.params.posonly_params, *function.params.params]
    names = {one.decorator.value for one in function.decorators if isinstance(one.decorator, cst.Name)}
    return "staticmethod" not in names and ("classmethod" in names or (bool(params) and params[0].name.value == "cls"))
