"""Model validator that is a Pydantic 1 `@root_validator`

## Why is this bad?

Without `pre=True` or `skip_on_failure=True`, Pydantic 2 refuses the decorator: the module cannot be
imported. With them it still works, as a shim that is deprecated and will go with v3.

`@model_validator(mode="before")` gets the input, as `pre=True` did. `@model_validator(mode="after")`
is a method on the finished model: what was `values["a"]` is `self.a`, with the field's own type.

## Example

```python
from pydantic import BaseModel, root_validator


class Account(BaseModel):
    password: str
    repeated: str

    @root_validator
    def same_password(cls, values):
        if values.get("password") != values.get("repeated"):
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

`pre=True` becomes `mode="before"`: the same call at the same time. That is safe, and unsafe only
where other validators of the class or its relatives keep their place and the order would change,
where another decorator stands below, or where the model reads objects (`orm_mode`,
`from_attributes`): Pydantic 1 gave a `GetterDict`, Pydantic 2 gives the object, so the fix makes a
dictionary of it first.

A validator that ran after the fields is unsafe to rewrite. It no longer runs when a field has
failed, so that error is reported alone; it runs again when an instance is passed to
`model_validate` or to a field, so that what it adds is added twice; and assigning to `self` puts
the field into `model_fields_set`.

No fix is offered where the body uses `values` as a dictionary (passed on, iterated over, with keys
that are no fields), where it assigns fields of a model that is frozen or validates assignments,
where a class above or below defines a method of the same name (unless that is such a validator
too, which changes as well), where the method is called by its name, and for a function that is not
written in the class.

## References

- [Pydantic: `@root_validator` is deprecated](https://docs.pydantic.dev/latest/migration/#validator-and-root_validator-are-deprecated)
- [Model validators](https://docs.pydantic.dev/latest/concepts/validators/#model-validators)
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stackcheck import Context, Finding, Fix, Rule, root_name
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs
from stackcheck_rules.analyses.validator_families import ROOT, Form, root_form, validator_families
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._root_validator_guards import owner_of
from stackcheck_rules.pydantic._root_validator_methods import after_fix, before_fix, call_fix

rule = Rule(
    "STK112",
    gate="root_validator",
    requires=(KINDS, heirs, model_configs, validator_families),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)
AFTER = 'make {} a `@model_validator(mode="after")` on `self`'
SAYS = {
    "before": '`@root_validator` is deprecated; make {} a `@model_validator(mode="before")`',
    "after": f"`@root_validator` is deprecated; {AFTER}",
    "raises": f"`@root_validator` without `skip_on_failure=True` is refused by Pydantic 2; {AFTER}",
    "odd": "`@root_validator` is deprecated; make {} a `@model_validator`",
}


@rule.on(cst.FunctionDef)
def check(function: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
    for decorator in function.decorators:
        if (form := form_of(decorator.decorator, ctx, function.name.value)) is not None:
            message = SAYS[form].format(f"`{function.name.value}`")
            yield Finding(decorator.decorator, message, method_fix(function, decorator, form, ctx))


def form_of(node: cst.BaseExpression, ctx: Context, name: str = "") -> Form | None:
    """When the validator runs, if the expression is `root_validator` or a call of it.

    `name` is bound by what the expression decorates: `@root_validator(pre=True)` over `def root_validator`.
    """
    called = node.func if isinstance(node, cst.Call) else node
    expr = ctx.expr(called)
    symbol = ctx.symbol(expr, "") if name and root_name(expr) == name else ctx.symbol(called)
    return root_form(ctx.expr(node)) if symbol == ROOT else None


def method_fix(function: cst.FunctionDef, decorator: cst.Decorator, form: Form, ctx: Context) -> Fix | None:
    validator, owner = ctx.name("pydantic.model_validator"), owner_of(function, ctx)
    if validator is None or form == "odd":
        return None
    if form == "before":
        return before_fix(function, decorator, validator, ctx)
    return after_fix(function, decorator, owner, validator, ctx) if owner else None


@rule.on(cst.SimpleStatementLine)
def check_call(line: cst.SimpleStatementLine, ctx: Context) -> Iterator[Finding]:
    """`check = root_validator(pre=True, allow_reuse=True)(function)`, and what is kept to decorate with."""
    calls = list(ctx.below(line, cst.Call))
    for call in calls:
        if (form := form_of(call, ctx)) is not None:
            outer = next((outer for outer in calls if outer.func is call), None)
            yield Finding(call, SAYS[form].format("it"), call_fix(call, outer, ctx) if form == "before" else None)
