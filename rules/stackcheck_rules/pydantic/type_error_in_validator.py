"""A `TypeError` raised in a Pydantic validator

## Why is this bad?

Pydantic v1 turned a `TypeError` of a validator into a `ValidationError`, as it did with `ValueError` and
`AssertionError`. Pydantic v2 lets it through: a value that the validator refuses ends the request
with a 500 instead of a 422, and `except ValidationError` does not catch it.

## Example

```python
from pydantic import BaseModel, field_validator


class Upload(BaseModel):
    size: int

    @field_validator("size", mode="before")
    @classmethod
    def size_is_a_number(cls, v):
        if isinstance(v, bool):
            raise TypeError("a size is no flag")
        return v
```

Use instead:

```python
from pydantic import BaseModel, field_validator


class Upload(BaseModel):
    size: int

    @field_validator("size", mode="before")
    @classmethod
    def size_is_a_number(cls, v):
        if isinstance(v, bool):
            raise ValueError("a size is no flag")
        return v
```

## Fix safety

Safe in a `@validator` and a `@root_validator`: their documentation promised a `ValidationError`, and so
it is again; only its type is `value_error`, because Pydantic v2 has no `type_error`. Unsafe in a
validator that was written for Pydantic v2, where somebody may count on the `TypeError`, and in a function
that other code calls too.

## References

- [Pydantic: `TypeError` is no longer converted](https://docs.pydantic.dev/latest/migration/#typeerror-is-no-longer-converted-to-validationerror-in-validators)
- [Pydantic: raising validation errors](https://docs.pydantic.dev/latest/concepts/validators/#raising-validation-errors)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Applicability, Context, Finding, Fix, Kind, Outline, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.validator_raises import Raise, validator_raises
from stackcheck_rules.analyses.version_branches import version_branches

OLD = {"pydantic.validator", "pydantic.root_validator"}
NEW = {f"pydantic.{name}" for name in ("field_validator", "model_validator", "AfterValidator", "BeforeValidator",
                                       "PlainValidator", "WrapValidator")}  # fmt: skip


def mentions_both(outline: Outline, text: str) -> bool:
    return "TypeError" in text and ("validator" in text or "Validator" in text)


rule = Rule(
    "STK114",
    gate=mentions_both,
    requires=(KINDS, validator_raises),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(validator_raises)
def check(fact: Raise, ctx: Context) -> Iterator[Finding]:
    users = {ctx.symbol(user, fact.scope) for user in fact.users}
    # A star import is not taken to bring another `TypeError`.
    unknown = fact.name[0] == "name" and not ctx.bindings(Kind("module", "", ctx.file), "TypeError")
    if not users & (OLD | NEW) or (not unknown and ctx.symbol(fact.name, fact.scope) != "builtins.TypeError"):
        return
    safety: Applicability = "safe" if users & OLD and fact.only else "unsafe"
    fix = Fix(ctx.edits([(fact.at, "ValueError")]), "Raise `ValueError`", applicability=safety)
    yield Finding(
        fact.at, "a validator's `TypeError` becomes no `ValidationError` in Pydantic v2; raise `ValueError`", fix
    )
