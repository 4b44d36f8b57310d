"""Fields read from an instance of a model

## Why is this bad?

The fields belong to the class. Pydantic 2.11 deprecated reading `model_fields` and
`model_computed_fields` from an instance, where they hide behind a field of the same name, and warns at
each use; version 3 takes them away.

## Example

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str


def columns(user: User) -> list[str]:
    return list(user.model_fields)
```

Use instead:

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str


def columns(user: User) -> list[str]:
    return list(type(user).model_fields)
```

## Fix safety

Safe: it is the same mapping. Where the instance is more than a name with attributes, no fix is offered.

## References

- [Pydantic 2.11: changes](https://github.com/pydantic/pydantic/releases/tag/v2.11.0)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.legacy_uses import LegacyUse, legacy_uses
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._models import definer, fields_of_type, is_model_instance, is_used_on_class

rule = Rule(
    "STK126",
    requires=(KINDS, legacy_uses),
    versions={"pydantic": "2.11"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(legacy_uses)
def check(use: LegacyUse, ctx: Context) -> Iterator[Finding]:
    if use.name not in {"model_fields", "model_computed_fields"} or is_used_on_class(use):
        return
    receiver = ctx.kind(use.receiver, use.scope)
    if is_model_instance(receiver) and not (receiver.symbol and definer(receiver, use.name, ctx)):
        message = f"`{use.name}` of an instance is deprecated; read it from the class"
        yield Finding(use.at, message, fields_of_type(use, ctx))
