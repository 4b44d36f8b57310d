"""Field named like a method of Pydantic's `BaseModel`

## Why is this bad?

Pydantic v2 keeps names for the methods of its models. A field whose name begins with `model_validate` or `model_dump`
(before Pydantic 2.10: with `model_`) gives a warning whenever the module is imported, and so does one that
hides a method which v2 still has for old code, such as `json` or `copy`: what calls that method gets the
value of the field. A field named exactly as one of the new methods fails or breaks the model.

## Example

```python
from pydantic import BaseModel


class Training(BaseModel):
    model_dump_path: str
```

Use instead:

```python
from pydantic import BaseModel, ConfigDict


class Training(BaseModel):
    model_config = ConfigDict(protected_namespaces=())

    model_dump_path: str
```

## Fix safety

Safe: `protected_namespaces` only turns the warning off. No fix is offered for a field that hides a method: give it
another name, with the old one as its alias. Nor where the model still has a `class Config`.

## References

- [Pydantic: `protected_namespaces`](https://docs.pydantic.dev/latest/api/config/#pydantic.config.ConfigDict.protected_namespaces)
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stackcheck import Context, Finding, Outline, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs, setting_of
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._models import is_model
from stackcheck_rules.pydantic._namespaces import HIDDEN, METHODS, is_class_variable, unprotected

NARROW = "2.10"  # the release that protects but two prefixes


def has_such_field(outline: Outline, text: str) -> bool:
    return any(
        (name.startswith("model_") and name != "model_config") or name in HIDDEN
        for scope in outline.classes()
        for name, bindings in scope.bindings.items()
        if bindings[0].annotation[0] != "other"
    )


rule = Rule(
    "STK136",
    gate=has_such_field,
    requires=(KINDS, model_configs),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
    severity="warning",
)


@rule.on(cst.ClassDef)
def check(model: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
    if not is_model(model, ctx) or not isinstance(model.body, cst.IndentedBlock):
        return
    prefixes = ("model_validate", "model_dump") if ctx.allows("pydantic", NARROW) else ("model_",)
    setting = setting_of(ctx.kind(model), ("protected_namespaces",), ctx)
    for field in fields_of(model):
        name, owner = ctx.code(field.target), model.name.value
        if is_class_variable(field, ctx):
            continue
        if name in METHODS or name in HIDDEN:
            yield Finding(field.target, f"`{name}` in `{owner}` hides a method of `BaseModel`; give it another name")
        elif name.startswith(prefixes) and setting is None:
            message = f"`{name}` in `{owner}` has a prefix that Pydantic protects; set `protected_namespaces`"
            yield Finding(field.target, message, unprotected(model, ctx))


def fields_of(model: cst.ClassDef) -> Iterator[cst.AnnAssign]:
    for line in model.body.body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(statement, cst.AnnAssign) and isinstance(statement.target, cst.Name):
                yield statement
