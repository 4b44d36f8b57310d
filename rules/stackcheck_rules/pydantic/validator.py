"""Deprecated `@validator`

## Why is this bad?

Pydantic v2 keeps `@validator` as a deprecated wrapper around `@field_validator`. The wrapper passes `values`
on, but with a `field` or `config` in its signature a validator raises when its class is made, and so does
`each_item=True` on a field that also has a `@field_validator`. The wrapper will go with v3.

All spellings are found: as a decorator and as a function that is called with a function, imported under any
name, as an attribute of a module, from `pydantic.class_validators`, in dataclasses and in `create_model`.

## Example

```python
from typing import Any, Dict, List, Optional

from pydantic import BaseModel, validator
from pydantic.fields import ModelField


class Order(BaseModel):
    low: int
    high: int
    slug: Optional[str] = None
    tags: List[str] = []

    @validator("low", "high")
    def not_negative(cls, v: int, field: ModelField) -> int:
        if v < 0:
            raise ValueError(f"{field.name} is negative")
        return v

    @validator("high", pre=True, allow_reuse=True)
    def at_least_low(cls, v: Any, values: Dict[str, Any]) -> Any:
        return max(int(v), values.get("low", 0))

    @validator("slug", always=True)
    def slug_of_range(cls, v, values):
        return v or f"{values['low']}-{values['high']}"

    @validator("tags", each_item=True)
    def lower(cls, v):
        return v.lower()
```

Use instead:

```python
from typing import Annotated, Any, List, Optional

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator


def lower(v):
    return v.lower()


class Order(BaseModel):
    low: int
    high: int
    slug: Optional[str] = Field(default=None, validate_default=True)
    tags: List[Annotated[str, AfterValidator(lower)]] = []

    @field_validator("low", "high")
    @classmethod
    def not_negative(cls, v: int, info: ValidationInfo) -> int:
        if v < 0:
            raise ValueError(f"{info.field_name} is negative")
        return v

    @field_validator("high", mode="before")
    @classmethod
    def at_least_low(cls, v: Any, info: ValidationInfo) -> Any:
        return max(int(v), info.data.get("low", 0))

    @field_validator("slug")
    @classmethod
    def slug_of_range(cls, v, info: ValidationInfo):
        return v or f"{info.data['low']}-{info.data['high']}"
```

## Fix safety

Safe where the new validator does what v2's wrapper does, or what v1 documented where the wrapper raises
(`field.name`, `whole=True`, arguments that are not used): `info.data` is the very dict that `values` is, and
`validate_default=True` is what `always=True` sets.

Pydantic v2 runs every `@field_validator` of a field inside every `@validator` of it. So a fix takes along the
validators that would otherwise be overtaken, of base classes and subclasses and in other files too, and is made
whole or not at all. It is unsafe where a `@field_validator` of the field stands below the old one, and where a
class has a base that cannot be read.

Unsafe as well: `config` and attributes of `field` other than `name`, which have no exact successor; a field
that is declared optional because `always=True` validates a default of `None`; validators under
decorators of the project's own.

No fix is offered where `field` or `**kwargs` is passed on, where `always=True` or `each_item=True` is for
a field of another class, where arguments of the decorator are not written out, and where a validator that is told
`values` is called or overridden by its name.

## References

- [Pydantic: changes to validators](https://docs.pydantic.dev/latest/migration/#changes-to-validators)
- [Pydantic: field validators](https://docs.pydantic.dev/latest/concepts/validators/#field-validators)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Kind, Rule
from stackcheck_rules.analyses._validator_facts import Validator
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs
from stackcheck_rules.analyses.validators import validators
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._validator_fix import fix_of

rule = Rule(
    "STK111",
    gate="validator",
    requires=(KINDS, validators, heirs, model_configs),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(validators)
def check(fact: object, ctx: Context) -> Iterator[Finding]:
    if not isinstance(fact, Validator) or ctx.symbol(fact.called, fact.scope) != "pydantic.validator":
        return
    if fact.holder and ctx.instance(Kind("class", fact.holder, ctx.file)).word == "v1-model":
        return
    family = ctx.fact(validators, (ctx.file, tuple(fact.at)))
    yield Finding(fact.at, message_of(fact), fix_of(family, ctx) if family else None)


def message_of(fact: Validator) -> str:
    params = {param.name for param in fact.function.params} if fact.function else set()
    gone = sorted(params & {"config", "field"})
    if gone:
        return f"`@validator` cannot pass `{gone[0]}` in Pydantic v2; use `@field_validator` and `info`"
    if fact.option("whole") is not None:
        return "`@validator` has no argument `whole` in Pydantic v2; use `@field_validator`"
    return "`@validator` is deprecated; use `@field_validator`"
