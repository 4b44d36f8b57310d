"""Internal of Pydantic 1 that version 2 does not have

## Why is this bad?

What Pydantic 1 kept of a model in `__validators__`, `__pre_root_validators__` and their like is an
`AttributeError` under version 2, and so is most of a field: `User.__fields__["name"]` is a `FieldInfo`
there, without `outer_type_`, `required` or `field_info`. The helpers `_iter`, `_calculate_keys`,
`_copy_and_set_values` and `_get_value` are left for old code, with a warning.

## Example

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str


def required() -> list[str]:
    return [name for name, field in User.model_fields.items() if field.required]
```

Use instead:

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str


def required() -> list[str]:
    return [name for name, field in User.model_fields.items() if field.is_required()]
```

## References

- [Pydantic: changes to `BaseModel`](https://docs.pydantic.dev/latest/migration/#changes-to-pydanticbasemodel)
- [Pydantic: `FieldInfo`](https://docs.pydantic.dev/latest/api/fields/#pydantic.fields.FieldInfo)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.legacy_uses import FIELD_PARTS, INTERNALS, LegacyUse, legacy_uses
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._models import definer, is_model_class, is_model_instance

# What the part of a `ModelField` is called on a `FieldInfo`, or where it is to be found.
INSTEAD = {
    "allow_none": "read `annotation`",
    "field_info": "the field itself is the `FieldInfo`",
    "has_alias": "compare `alias` with None",
    "name": "it is the key in `model_fields`",
    "outer_type_": "use `annotation`",
    "required": "use `is_required()`",
    "type_": "use `annotation`",
}
KEPT = {"_calculate_keys", "_copy_and_set_values", "_get_value", "_iter"}

rule = Rule(
    "STK123",
    requires=(KINDS, legacy_uses),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(legacy_uses)
def check(use: LegacyUse, ctx: Context) -> Iterator[Finding]:
    if use.name not in INTERNALS | FIELD_PARTS:
        return
    receiver = ctx.kind(use.receiver, use.scope)
    if receiver.word == "model-field":
        if use.name in FIELD_PARTS:
            instead = INSTEAD.get(use.name, "nothing takes its place")
            yield Finding(use.at, f"`{use.name}` is no part of Pydantic 2's `FieldInfo`: {instead}")
        return
    model = is_model_instance(receiver) or is_model_class(receiver, ctx)
    if use.name in INTERNALS and model and not (receiver.symbol and definer(receiver, use.name, ctx)):
        left = "is deprecated" if use.name in KEPT else "is gone"
        yield Finding(use.at, f"`{use.name}` of Pydantic 1's models {left} in version 2")
