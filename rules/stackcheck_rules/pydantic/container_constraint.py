"""Constraint for text or numbers on a list, a dictionary or their like

## Why is this bad?

Pydantic v1 applied a constraint on `list[int]` to the items. Pydantic v2 applies it to the list: `ge`, `multiple_of`,
`pattern` and their like raise a `TypeError` whenever the model is validated, `min_length` and `max_length` silently
count the items.

The two lengths are reported only where some code of the project makes the model with more or fewer items than they
allow: in code that was written for v2 they are meant for the list.

## Example

```python
from pydantic import BaseModel, Field


class Scores(BaseModel):
    points: list[int] = Field([], ge=0)
```

Use instead:

```python
from typing import Annotated

from pydantic import BaseModel, Field


class Scores(BaseModel):
    points: list[Annotated[int, Field(ge=0)]] = []
```

## Fix safety

The fix constrains the items, as v1 did. It is safe for a constraint that fails in v2, and unsafe for the lengths, which
mean something else in v2 but do not fail. No fix is offered where a type inside the container is not known.

## References

- [Pydantic: changes to `pydantic.Field`](https://docs.pydantic.dev/latest/migration/#changes-to-pydanticfield)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.constructions import Construction, constructions
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.field_calls import Argument, FieldCall, field_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._annotations import is_container
from stackcheck_rules.pydantic._field_fixes import NOTHING, named
from stackcheck_rules.pydantic._items import TEXTS, item_types, moved

LENGTHS = {"min_length", "max_length"}
FAIL = {"allow_inf_nan", "decimal_places", "ge", "gt", "le", "lt", "max_digits", "multiple_of", "pattern", "regex"}

rule = Rule(
    "STK137",
    gate="Field",
    requires=(KINDS, field_calls, constructions),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
    covers=("STK131",),
)


@rule.on_fact(field_calls)
def check(call: FieldCall, ctx: Context) -> Iterator[Finding]:
    if call.name != "Field" or call.declared is None or not is_container(call.declared.annotation, call.scope, ctx):
        return
    if ctx.symbol(call.function, call.scope) != "pydantic.Field":
        return
    fixable = all(argument.name not in {"*", "**"} for argument in call.arguments)
    given = [argument for argument in call.arguments if argument.value != NOTHING]
    failing = [argument for argument in given if argument.name in FAIL]
    for argument in failing:
        message = f"`{argument.name}` fails on a container in Pydantic v2; constrain the items instead"
        yield Finding(argument.span, message, moved(failing, call, ctx, safe=True) if fixable else None)
    lengths = [argument for argument in given if argument.name in LENGTHS]
    if lengths and meant_for_items(lengths, call, ctx):
        for argument in lengths:
            message = f"`{argument.name}` counts the items in Pydantic v2; constrain the items instead"
            yield Finding(argument.span, message, moved(lengths, call, ctx, safe=False) if fixable else None)


def meant_for_items(lengths: Sequence[Argument], call: FieldCall, ctx: Context) -> bool:
    """Whether v1 took lengths for those of the items, and some list of the project breaks them."""
    if not any(takes & TEXTS for _, takes in item_types(call, ctx)):
        return False
    calls: tuple[Construction, ...] = ctx.fact(constructions, (ctx.file, call.scope)) or ()
    name = call.declared.name if call.declared else ""
    plain = (each for each in calls if not {name, "*"} & {*each.validated})
    sizes = [size for each in plain for word, size in each.given if word == name and size >= 0]
    return not named(call, "alias") and any(breaks(size, lengths) for size in sizes)


def breaks(size: int, lengths: Sequence[Argument]) -> bool:
    """Whether a number of items is too small or too large, the lengths being known."""
    for argument in lengths:
        match argument.name, argument.value:
            case ("max_length", ("const", int(limit))) if size > limit:
                return True
            case ("min_length", ("const", int(limit))) if size < limit:
                return True
    return False
