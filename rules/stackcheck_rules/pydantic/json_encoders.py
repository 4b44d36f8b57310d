"""Option `json_encoders` of a model

## Why is this bad?

Pydantic v2 keeps the option for old code only, and warns where a field has one of the types, with a line
inside Pydantic. It is not what it was in v1: an encoder no longer reaches into other models, and a child
that sets the option replaces its parent's.

## Example

```python
from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    name: str
    starts: datetime

    model_config = ConfigDict(title="Event", json_encoders={datetime: lambda value: value.strftime("%Y/%m/%d")})
```

Use instead:

```python
from datetime import datetime

from pydantic import BaseModel, ConfigDict, field_serializer


class Event(BaseModel):
    name: str
    starts: datetime

    model_config = ConfigDict(title="Event")

    @field_serializer("starts", when_used="json")
    def serialize_starts(self, value: datetime):
        return value.strftime("%Y/%m/%d")
```

## Fix safety

Safe: it is offered where the serializers do what v2 does for the option. The class has no subclass and its
fields are all in this file; each encoder is a function of one value and belongs to fields that are
declared with exactly its type, or with that or None; no other field holds the type in a list, a union or
a subclass. It is unsafe where such a field has a default: the JSON schema shows that as the encoder wrote
it, and without the option as Pydantic writes the type. In a `class Config` the class itself is fixed first.

## References

- [Pydantic: custom serializers](https://docs.pydantic.dev/latest/concepts/serialization/#custom-serializers)
- [Pydantic: `json_encoders`](https://docs.pydantic.dev/latest/api/config/#pydantic.config.ConfigDict.json_encoders)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.config_classes import ConfigClass, config_classes
from stackcheck_rules.analyses.config_keys import ConfigKey, config_keys
from stackcheck_rules.analyses.config_shares import config_shares
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._config_encoders import serializers
from stackcheck_rules.pydantic._config_proof import is_option, owner_of

MESSAGE = "`json_encoders` is kept for old code only; use `@field_serializer`"

rule = Rule(
    "STK105",
    gate="json_encoders",
    requires=(KINDS, config_classes, config_keys, config_shares, heirs),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
    severity="warning",
)


@rule.on_fact(config_keys)
def check_key(key: ConfigKey, ctx: Context) -> Iterator[Finding]:
    if key.name == "json_encoders" and is_option(key, ctx):
        yield Finding(key.at, MESSAGE, serializers(key, ctx))


@rule.on_fact(config_classes)
def check_class(config: ConfigClass, ctx: Context) -> Iterator[Finding]:
    for part in config.parts:
        if part.name == "json_encoders" and part.form == "option" and owner_of(config, ctx):
            yield Finding(part.at, MESSAGE)
