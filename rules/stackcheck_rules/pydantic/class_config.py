"""Nested `class Config` in a Pydantic model

## Why is this bad?

Pydantic v2 takes a model's options from `model_config`. The nested class is deprecated and will
go with v3, and it fails in silence already: an option that v2 renamed or removed is ignored in it,
with a warning that names neither the class nor the line. A model that says `orm_mode = True`
today does not read ORM objects.

The model is followed through its base classes, in whatever file they stand.

## Example

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str

    class Config:
        orm_mode = True
```

Use instead:

```python
from pydantic import BaseModel, ConfigDict


class User(BaseModel):
    name: str

    model_config = ConfigDict(from_attributes=True)
```

## Fix safety

Safe where every line of the class sets an option that v2 has under the same or a new name:
Pydantic then does what the class evidently meant. An option that v2 no longer has is dropped
where v2 does by default what it asked for (`smart_union = True`). `allow_mutation = False` makes
the fix unsafe: `frozen=True` also makes the model hashable and raises another exception.

No fix is offered for options that were removed without a successor, for functions inside the
class, for a class that inherits from anything but `BaseConfig` or the `Config` of a base of the
same model, for a model with a `model_config` beside it, and where other code reads `Model.Config`.

## References

- [Pydantic: changes to config](https://docs.pydantic.dev/latest/migration/#changes-to-config)
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stackcheck import Applicability, Context, Finding, Fix, Outline, Rule
from stackcheck_rules.analyses.config_uses import config_uses
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._config_keys import settings_of, statement


def has_config(outline: Outline, text: str) -> bool:
    return "Config" in text and any(scope.name == "Config" and scope.parent for scope in outline.classes())


rule = Rule(
    "STK101",
    gate=has_config,
    requires=(KINDS, config_uses),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on(cst.ClassDef)
def check(model: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
    configs = [
        statement
        for statement in model.body.body
        if isinstance(statement, cst.ClassDef) and statement.name.value == "Config"
    ]
    if not configs or ctx.instance(ctx.kind(model)).word not in {"model", "settings"}:
        return
    for config in configs:
        message = f"`class Config` in `{model.name.value}` is deprecated; set `model_config` instead"
        yield Finding(config.name, message, model_config(model, config, ctx) if len(configs) == 1 else None)


def model_config(model: cst.ClassDef, config: cst.ClassDef, ctx: Context) -> Fix | None:
    settings = settings_of(model, config, ctx)
    if settings is None or "model_config" in ctx.outline.scopes[ctx.qualname(model)].bindings or is_read(model, ctx):
        return None
    safety: Applicability = "unsafe" if any(setting.unsafe for setting in settings) else "safe"
    kept = [setting for setting in settings if setting.code]
    if not kept and len(model.body.body) > 1:
        return Fix({config: None}, "Remove the empty `class Config`", applicability=safety)
    symbols = [ancestor.symbol for ancestor in ctx.ancestry(ctx.kind(model)).classes]
    if "pydantic.BaseSettings" in symbols:
        return None  # gone from Pydantic v2: the import must move first
    settings_class = ctx.instance(ctx.kind(model)).word == "settings"
    written = ctx.name("pydantic_settings.SettingsConfigDict" if settings_class else "pydantic.ConfigDict")
    if written is None:
        return None
    title = "Replace `class Config` by `model_config`"
    return Fix({config: statement(written.code, kept, config, ctx)}, title, written.requests, safety)


def is_read(model: cst.ClassDef, ctx: Context) -> bool:
    """Whether code reads the class that the fix would take away."""
    return bool(ctx.fact(config_uses, (ctx.file, ctx.qualname(model))))
