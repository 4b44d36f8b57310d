"""Value or shape that Pydantic 2 treats in another way

## Why is this bad?

Pydantic 1 converted what it could: `1` for a `str`, `1.9` for an `int`, a list of pairs for a dictionary.
Pydantic 2 refuses these. Other things it does silently in another way: which type of a `Union` it
takes, what of a subclass it dumps, how `json()` writes text, and whether `_name = value` in a class
belongs to the class.

This rule is for a migration. It reports what is certain from the text: literals passed to models of
the project or returned by their early validators, annotations of fields and of the parameters of routes,
comparisons. What arrives at run time it cannot see.

## Example

```python
from pydantic import BaseModel


class Article(BaseModel):
    number: int | str


article = Article(number="17")
assert article.number == 17
```

Use instead:

```python
from typing import Annotated

from pydantic import BaseModel, Field


class Article(BaseModel):
    number: Annotated[int | str, Field(union_mode="left_to_right")]


article = Article(number="17")
assert article.number == 17
```

## Fix safety

Unsafe, and offered for unions alone: the fix has them read from left to right, as in version 1. Code that was written
for version 2 does not want that.

No fix is offered where `None` stands between the types, and for a parameter whose default is a call, as `Query()`,
unless the union stands inside another type: FastAPI would not see it.

## References

- [Pydantic: union modes](https://docs.pydantic.dev/latest/concepts/unions/#union-modes)
- [Pydantic: migration guide](https://docs.pydantic.dev/latest/migration/)
- [Pydantic: conversion table](https://docs.pydantic.dev/latest/concepts/conversion_table/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Kind, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.legacy_shapes import ClassNote, LegacyShape, legacy_shapes
from stackcheck_rules.analyses.model_configs import model_configs, setting_of
from stackcheck_rules.analyses.routes import is_route, routes
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._legacy_values import (
    becomes_private,
    changed,
    is_choice,
    is_choice_of_text,
    notes_of,
    returned,
    unions_of,
)
from stackcheck_rules.pydantic._models import is_model_class, is_model_instance
from stackcheck_rules.pydantic._union_order import in_order

rule = Rule(
    "STK181",
    requires=(KINDS, legacy_shapes, model_configs, routes),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
    severity="warning",
    default=False,
)


@rule.on_fact(legacy_shapes)
def check(shape: LegacyShape | ClassNote, ctx: Context) -> Iterator[Finding]:
    if not isinstance(shape, LegacyShape):
        return
    if shape.form in {"declared", "received"}:
        test = is_choice if shape.form == "declared" else is_choice_of_text
        if any(map(test, unions_of(shape.value, shape.scope, ctx))) and is_validated(shape, ctx):
            message = f"`{shape.name}` takes the type that fits best, no longer the first one, under Pydantic 2"
            yield Finding(shape.at, message, in_order(shape, test, ctx))
    elif message := message_of(shape, ctx):
        yield Finding(shape.at, f"{message} under Pydantic 2")


def is_validated(shape: LegacyShape, ctx: Context) -> bool:
    """Whether Pydantic validates by an annotation: that of a field, or of a parameter that a request gives as text."""
    if shape.form == "received":
        found = [route for route in ctx.facts(routes) if route.function == shape.owner[1]]
        return any(is_route(route, ctx) for route in found)
    model = Kind("class", shape.scope, ctx.file)
    return is_model_class(model, ctx) and setting_of(model, ("smart_union",), ctx) is None


def message_of(shape: LegacyShape, ctx: Context) -> str:
    """What changed, without the version; empty where nothing is proven."""
    match shape.form:
        case "given" | "returned":
            what = changed(shape, ctx) if shape.form == "given" else returned(shape, ctx)
            return f"`{shape.name}`: {what}" if what else ""
        case "private":
            model = ctx.kind(shape.owner, shape.scope)
            read = is_model_class(model, ctx) and becomes_private(shape.name, model, ctx)
            return f"`{shape.name}` belongs to each instance, no longer to the class," if read else ""
    receiver = ctx.kind(shape.owner, shape.scope)
    return in_use(shape, receiver, ctx) if is_model_instance(receiver) and receiver.symbol else ""


def in_use(shape: LegacyShape, receiver: Kind, ctx: Context) -> str:
    cls = Kind("class", receiver.symbol, receiver.file)
    if shape.form == "compared":
        return "`json()` writes no blanks between the parts of its text"
    if shape.form == "stored":
        extra = setting_of(cls, ("extra",), ctx) or ""
        return "`__dict__` is without the extra values, which are in `model_extra`," if "allow" in extra else ""
    fields = [f"`{field}`" for note in notes_of(cls, ctx) for field in note.temporal]
    if not fields or setting_of(cls, ("json_encoders", "ser_json_timedelta"), ctx) is not None:
        return ""
    return f"`json()` writes {', '.join(fields)} as text, no longer as a number,"
