"""Attribute of a Pydantic model that version 2 renamed

## Why is this bad?

`__fields__` and `__fields_set__` are the names of version 1: version 2 warns at each use and version 3
takes them away. `model_fields` belongs to the class; read from an instance it is deprecated since 2.11,
so an instance asks its type.

## Example

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str

    def columns(self) -> list[str]:
        return [name for name in self.__fields__ if name in self.__fields_set__]
```

Use instead:

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str

    def columns(self) -> list[str]:
        return [name for name in type(self).model_fields if name in self.model_fields_set]
```

## Fix safety

Safe: version 2 executes the same for the old name. Where the instance is not a plain name, the class is
not written down twice and no fix is offered.

## References

- [Pydantic: changes to `BaseModel`](https://docs.pydantic.dev/latest/migration/#changes-to-pydanticbasemodel)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.legacy_uses import LegacyUse, legacy_uses
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._models import fields_of_type, is_model_class, is_model_instance, is_used_on_class

rule = Rule(
    "STK122",
    requires=(KINDS, legacy_uses),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(legacy_uses)
def check(use: LegacyUse, ctx: Context) -> Iterator[Finding]:
    if use.name not in {"__fields__", "__fields_set__"}:
        return
    receiver = ctx.kind(use.receiver, use.scope)
    of_class = is_used_on_class(use)
    instance = is_model_instance(receiver) and not of_class
    match use.name:
        case "__fields__" if instance:
            message = "`__fields__` is deprecated; use `model_fields` of the instance's class"
            yield Finding(use.at, message, fields_of_type(use, ctx))
        case "__fields__" if is_model_class(receiver, ctx) or (of_class and is_model_instance(receiver)):
            fix = Fix(ctx.edits([(use.at, "model_fields")]), "Use `model_fields`")
            yield Finding(use.at, "`__fields__` is deprecated; use `model_fields`", fix)
        case "__fields_set__" if instance:
            fix = Fix(ctx.edits([(use.at, "model_fields_set")]), "Use `model_fields_set`")
            yield Finding(use.at, "`__fields_set__` is deprecated; use `model_fields_set`", fix)
