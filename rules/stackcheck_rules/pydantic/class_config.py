"""Nested `class Config` in a Pydantic model

## Why is this bad?

Pydantic v2 takes a model's options from `model_config`. The nested class is deprecated and will
go with v3, and it fails in silence already: an option that v2 renamed or removed is ignored in it,
with a warning that names neither the class nor the line. A model that says `orm_mode = True`
today does not read ORM objects.

`Config = Shared`, with a class that several models share, is an error in v2: it is taken for a field
without an annotation. The model is followed through its base classes, in whatever file they stand.

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

Safe where every line of the class sets an option that v2 has under the same or a new name, or always
follows: Pydantic then does what the class evidently meant. Comments and the docstring are kept; so is
what an `alias_generator` does that is written as a function in the class: it moves in front of the model.
What code reads of `Model.Config` is changed along, in other files too. A class that models share becomes
a `ConfigDict` of the same name, together with all its uses.

`fields` moves into the `Field()` of each attribute. That is safe where the model has no subclass: one that
declares the attribute again had the option as well in v1.

Unsafe are `allow_mutation = False`, because `frozen=True` also makes the model hashable and raises
another exception; a function as `schema_extra`, because it finds a newer kind of schema; a function as
`getter_dict`, which becomes a validator of the model that runs before its fields, because that is asked
about every input and leaves dictionaries and models alone;
`copy_on_model_validation = "shallow"`, because v2 never copies; and an option that code reads from
`x.Config` where nothing says what `x` is.

No fix is offered for options that were removed without a successor, for a `getter_dict` that may give anything
but a dictionary or is followed by other early validators, for other functions in the class,
for computed names and unpacked tuples, for a class that inherits from anything but `BaseConfig`, a shared
class or the `Config` of a base of the same model, for a model with a `model_config` beside it, and where
`Model.Config` is passed on as a whole.

## References

- [Pydantic: changes to config](https://docs.pydantic.dev/latest/migration/#changes-to-config)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Kind, Outline, Rule
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.config_classes import ConfigClass, config_classes
from stackcheck_rules.analyses.config_reads import config_reads
from stackcheck_rules.analyses.config_shares import Share, config_shares
from stackcheck_rules.analyses.descendants import descendants
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs
from stackcheck_rules.analyses.validator_families import validator_families
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._config_fix import nested_fix
from stackcheck_rules.pydantic._config_shared import shared_fix


def has_config(outline: Outline, text: str) -> bool:
    return "Config" in text and any("Config" in scope.bindings for scope in outline.classes())


rule = Rule(
    "STK101",
    gate=has_config,
    requires=(
        KINDS,
        config_classes,
        config_reads,
        config_shares,
        descendants,
        heirs,
        model_configs,
        validator_families,
    ),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(config_classes)
def check(config: ConfigClass, ctx: Context) -> Iterator[Finding]:
    model = Kind("class", config.owner, ctx.file)
    if config.nested and ctx.instance(model).word in MODELS:
        name = config.owner.rpartition(".")[2].partition("#")[0]
        message = f"`class Config` in `{name}` is deprecated; set `model_config` instead"
        yield Finding(config.at, message, nested_fix(config, ctx))


@rule.on_fact(config_shares)
def check_assigned(share: Share, ctx: Context) -> Iterator[Finding]:
    if share.form != "assign":
        return
    if ctx.instance(Kind("class", share.scope, ctx.file)).word in MODELS:
        message = f"`Config = {share.code}` is no configuration in Pydantic v2; set `model_config` instead"
        shared = ctx.kind(share.value, share.scope)
        yield Finding(share.at, message, shared_fix(shared, ctx) if shared.file else None)
