"""Pydantic model compared with a dictionary

## Why is this bad?

In version 1 a model was equal to the dictionary of its fields. In version 2 it is equal to models only:
`user == {"name": "Ada"}` is always false, in silence, and a guard or a test that rests on it turns
around. So is a list of models that is compared with a list of dictionaries.

## Example

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str


def is_ada(user: User) -> bool:
    return user == {"name": "Ada"}
```

Use instead:

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str


def is_ada(user: User) -> bool:
    return user.model_dump() == {"name": "Ada"}
```

## Fix safety

Unsafe: it says what version 1 did, which changes what the comparison gives under version 2.

## References

- [Pydantic: changes to `BaseModel.__eq__`](https://docs.pydantic.dev/latest/migration/#changes-to-pydanticbasemodel)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses.dict_comparisons import Comparison, dict_comparisons
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._models import definer, is_model_instance

rule = Rule(
    "STK125",
    requires=(KINDS, dict_comparisons),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)

# A class with one of these says itself what it equals, or what validating gives.
HOOKS = ("__eq__", "__get_pydantic_core_schema__", "__new__")


@rule.on_fact(dict_comparisons)
def check(comparison: Comparison, ctx: Context) -> Iterator[Finding]:
    model = ctx.kind(comparison.model, comparison.scope)
    if is_model_instance(model) and model.symbol and not any(definer(model, hook, ctx) for hook in HOOKS):
        at = comparison.operand
        before, after = Span(*at[:2], *at[:2]), Span(*at[2:], *at[2:])
        edits = [(after, ".model_dump()")]
        if comparison.several:
            edits = [(before, "[item.model_dump() for item in "), (after, "]")]
        fix = Fix(ctx.edits(edits), "Compare the model's fields", (), "unsafe")
        message = "a Pydantic 2 model never equals a dictionary; compare its `model_dump()`"
        yield Finding(comparison.whole, message, fix if comparison.simple else None)
