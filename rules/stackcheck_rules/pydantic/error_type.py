"""Validation error described as Pydantic 1 did

## Why is this bad?

Every type of error has another name in Pydantic 2: `value_error.missing` is `missing`,
`type_error.integer` is `int_parsing` or `int_type`. A comparison with an old name fails silently: the
error handler takes another branch, the test that expected the old name fails. `raw_errors` and `model` of a
`ValidationError` are gone.

## Example

```python
from pydantic import BaseModel, ValidationError


class User(BaseModel):
    name: str


def missing(data: dict[str, str]) -> list[str]:
    try:
        User(**data)
    except ValidationError as error:
        return [str(each["loc"][0]) for each in error.errors() if each["type"] == "value_error.missing"]
    return []
```

Use instead:

```python
from pydantic import BaseModel, ValidationError


class User(BaseModel):
    name: str


def missing(data: dict[str, str]) -> list[str]:
    try:
        User(**data)
    except ValidationError as error:
        return [str(each["loc"][0]) for each in error.errors() if each["type"] == "missing"]
    return []
```

Found are strings that are compared with something, that a `match` has as a case, that are a key of a dictionary,
or its `type` beside `loc` or `msg`. There is no fix: one old type has often become several.

## References

- [Pydantic: the types of validation errors](https://docs.pydantic.dev/latest/errors/validation_errors/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.error_types import TYPES, ErrorPart, ErrorType, error_types
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches

rule = Rule(
    "STK145",
    requires=(KINDS, error_types),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)

ERRORS = {"fastapi.exceptions.RequestValidationError", "pydantic.ValidationError"}
INSTEAD = {"model": "`title`, the name of the model", "raw_errors": "`errors()`"}


@rule.on_fact(error_types)
def check(fact: object, ctx: Context) -> Iterator[Finding]:
    match fact:
        case ErrorType(text=text, span=span) if not ctx.fact(error_types, text):
            new = f"; it is `{TYPES[text]}` now" if TYPES.get(text) else ""
            yield Finding(span, f"`{text}` is no type of error in Pydantic 2{new}")
        case ErrorPart(error=error, name=name, scope=scope, span=span) if is_error(error, scope, ctx):
            yield Finding(span, f"`{name}` of a `ValidationError` is gone from Pydantic 2; use {INSTEAD[name]}")


def is_error(expr: Expr, scope: str, ctx: Context) -> bool:
    match expr:
        case ("attr", ("enter", ("call", function, positional, _)), "value"):
            # `with pytest.raises(ValidationError) as caught: …` and then `caught.value`
            expected = positional[0] if positional and ctx.symbol(function, scope) == "pytest.raises" else ("other",)
            return ctx.symbol(expected, scope) in ERRORS
    kind = ctx.kind(expr, scope)
    return kind.certain and kind.word == "instance" and kind.symbol in ERRORS
