"""Method of a Pydantic model that version 2 renamed

## Why is this bad?

Pydantic 2 keeps the methods of version 1 (`dict`, `json`, `copy`, `parse_obj`, `from_orm` and the
others) only with a warning, and version 3 takes them away. Some calls fail already: `.json(indent=2)`
and `.dict(skip_defaults=True)` raise `TypeError`, `from_orm` refuses a model without `from_attributes`.

What the method is called on is followed through annotations, calls, loops, fields and base classes, in
whatever file they stand. `response.json()`, `{}.copy()` and everything else that is not proven to be a
model is left alone, and so is a model that defines the name itself.

## Example

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str


def names(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    users = [User.parse_obj(row) for row in rows]
    return [user.dict(exclude_none=True) for user in users]
```

Use instead:

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str


def names(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    users = [User.model_validate(row) for row in rows]
    return [user.model_dump(exclude_none=True) for user in users]
```

## Fix safety

Safe where version 2's old method executes what the new one does. These are unsafe: `parse_raw` and
`parse_file` (version 2 validates in JSON mode, which reads dates in strict models and words errors
otherwise), `json(indent=…)` (no escapes for other alphabets), `copy` with both `update` and `deep`
or on a model with extra fields, `from_orm` of a model that is not proven to have `from_attributes`
(the argument reaches nested models too), `update_forward_refs` with names, and calls with `**kwargs`.

No fix is offered for arguments that version 2 has nothing for (`encoder`, `sort_keys`, `include` in
`copy`, …), where a subclass in the project defines the method, nor for `copy` of a model that has its own
`__copy__` or `__deepcopy__`, which `model_copy` calls.

## References

- [Pydantic: changes to `BaseModel`](https://docs.pydantic.dev/latest/migration/#changes-to-pydanticbasemodel)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Kind, Rule, alternatives
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.legacy_uses import METHODS, LegacyUse, legacy_uses
from stackcheck_rules.analyses.model_configs import model_configs
from stackcheck_rules.analyses.model_overrides import is_own_override, model_overrides
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._methods import NEW_NAMES, Rewrite, rewrite
from stackcheck_rules.pydantic._models import definer, is_model_class, is_model_instance

OF_MODELS_ALONE = {"from_orm", "parse_obj", "parse_raw", "schema_json", "update_forward_refs"}

rule = Rule(
    "STK121",
    requires=(KINDS, legacy_uses, model_configs, model_overrides),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(legacy_uses)
def check(use: LegacyUse, ctx: Context) -> Iterator[Finding]:
    if use.name not in METHODS or is_own_override(use):
        return
    classes = alternatives(ctx.kind(use.receiver, use.scope))
    if not all(is_model_instance(cls) or is_model_class(cls, ctx) or is_likely(cls, use, ctx) for cls in classes):
        return
    if any(cls.symbol and definer(cls, use.name, ctx) is not None for cls in classes):
        return
    new = NEW_NAMES[use.name]
    message = f"`{use.name}` of a Pydantic model is deprecated; use `{new}`"
    yield Finding(use.at, message, fix_of(use, classes, ctx))


def is_likely(cls: Kind, use: LegacyUse, ctx: Context) -> bool:
    """Whether a class is only probably the model, in a call by a name that nothing but models has."""
    return use.name in OF_MODELS_ALONE and is_model_class(cls._replace(certain=True), ctx)


def fix_of(use: LegacyUse, classes: tuple[Kind, ...], ctx: Context) -> Fix | None:
    made = {rewritten(use, cls, ctx) for cls in classes}
    only = made.pop()
    if only is None or made:
        return None  # each of the classes must read the new call alike
    safety = only.safety if all(cls.certain for cls in classes) else "unsafe"
    return Fix(ctx.edits(only.edits), f"Use `{NEW_NAMES[use.name]}`", only.imports, safety)


def rewritten(use: LegacyUse, cls: Kind, ctx: Context) -> Rewrite | None:
    if not cls.symbol or ctx.fact(model_overrides, (cls.file, cls.symbol, use.name)) is not None:
        return None  # a subclass may answer
    return rewrite(use, cls, ctx)
