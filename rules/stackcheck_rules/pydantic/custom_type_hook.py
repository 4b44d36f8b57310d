"""Class with the hooks by which Pydantic 1 validated custom types

## Why is this bad?

Pydantic 2 calls each function that `__get_validators__` yields with the value and a
`ValidationInfo`. One that takes the value alone, as most do, raises a `TypeError` whenever a model with
such a field is validated; what took `values` or `field` gets something else. On a model the hook
is never called.

A class with `__modify_schema__` raises a `PydanticUserError` as soon as a model uses it, on models
and enumerations as well.

A class that defines the new hooks beside the old ones supports both versions and is left alone.

## Example

```python
class Postcode(str):
    @classmethod
    def __get_validators__(cls):
        yield cls.validate

    @classmethod
    def __modify_schema__(cls, field_schema):
        field_schema.update(examples=["SW1A 1AA"])

    @classmethod
    def validate(cls, value):
        if not isinstance(value, str):
            raise ValueError("text is needed")
        return cls(value.upper())
```

Use instead:

```python
from pydantic_core import core_schema


class Postcode(str):
    @classmethod
    def __get_pydantic_core_schema__(cls, source, handler):
        return core_schema.no_info_after_validator_function(cls.validate, core_schema.str_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema, handler):
        field_schema = handler(schema)
        field_schema.update(examples=["SW1A 1AA"])
        return field_schema

    @classmethod
    def validate(cls, value):
        return cls(value.upper())
```

Often `Annotated[str, AfterValidator(function)]` says the same without a class.

## References

- [Pydantic: changes to custom field types](https://docs.pydantic.dev/latest/migration/#defining-custom-types)
- [Custom types](https://docs.pydantic.dev/latest/concepts/types/#custom-types)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Kind, Rule
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.custom_type_hooks import SCHEMA, V1, VALIDATORS, Hook, custom_type_hooks
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._models import definer

rule = Rule(
    "STK161",
    gate=(VALIDATORS, SCHEMA),
    requires=(KINDS, custom_type_hooks),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)
NEW = {VALIDATORS: "__get_pydantic_core_schema__", SCHEMA: "__get_pydantic_json_schema__"}


@rule.on_fact(custom_type_hooks)
def check(hook: Hook | str, ctx: Context) -> Iterator[Finding]:
    if isinstance(hook, str):
        return
    kind = Kind("class", hook.owner, ctx.file)
    if is_for_v1(ctx) or definer(kind, NEW[hook.name], ctx):
        return
    word = ctx.instance(kind).word
    if word == "v1-model":
        return
    if hook.name == SCHEMA:
        says = "makes Pydantic 2 raise `PydanticUserError`"
    elif word in MODELS:
        says = "is never called on a model by Pydantic 2"
    else:
        says = "yields functions that Pydantic 2 calls with the value and an info object"
    name = hook.owner.rpartition(".")[2].partition("#")[0]
    yield Finding(hook.at, f"`{hook.name}` of `{name}` {says}; define `{NEW[hook.name]}`")


def is_for_v1(ctx: Context) -> bool:
    """Whether the type may be for the Pydantic 1 inside Pydantic 2, which calls these hooks."""
    imports_new = any(name.partition(".")[0] == "pydantic" for name in ctx.outline.imports)
    return V1 in ctx.facts(custom_type_hooks) or (not imports_new and bool(ctx.fact(custom_type_hooks, V1)))
