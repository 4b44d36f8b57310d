"""Custom root type written as `__root__`

## Why is this bad?

Pydantic 1 made a model of a single value by a field called `__root__`. Pydantic 2 has `RootModel`
for that, and raises when a class with a `__root__` is defined: the module cannot be imported.

The value is then called `root`, a model is made by `Tags(["a"])`, and `model_dump()` gives the value
itself, not a dictionary with the key `__root__`.

## Example

```python
from typing import List

from pydantic import BaseModel


class Tags(BaseModel):
    __root__: List[str]

    def __iter__(self):
        return iter(self.__root__)


tags = Tags(__root__=["new", "used"])
```

Use instead:

```python
from typing import List

from pydantic import RootModel


class Tags(RootModel[List[str]]):
    def __iter__(self):
        return iter(self.root)


tags = Tags(["new", "used"])
```

## Fix safety

The declaration and every use of it in the project change together: `self.__root__`, `Tags(__root__=…)`,
`@validator("__root__")`, `tags.dict()["__root__"]`. The fix is safe where all of them are traced, for
the class could not even be defined before. It is unsafe where the project calls `dict()` on something
unknown: if that is such a model, the result has another shape now. It is unsafe, too, where None is the default
of another type: Pydantic 1 then took None for a value everywhere.

No fix is offered where text that says `__root__` cannot be traced to a model, where the result of `dict()`
on such a model is passed on whole, where the model inherits from another model, has an `__init__`, a
validator of the whole model or an `extra` option, which `RootModel` does not take.

## References

- [Pydantic: RootModel and custom root types](https://docs.pydantic.dev/latest/concepts/models/#rootmodel-and-custom-root-types)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Applicability, Context, Finding, Fix, Rule, Span
from stackcheck_rules.analyses._root_classes import RootClass
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.root_uses import RootPlan, RootUse, root_uses
from stackcheck_rules.analyses.version_branches import version_branches

rule = Rule(
    "STK151",
    gate="__root__",
    requires=(KINDS, root_uses),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(root_uses)
def check(fact: RootClass | RootUse, ctx: Context) -> Iterator[Finding]:
    plan = ctx.fact(root_uses, (ctx.file, fact.at))
    if plan is not None:
        named = f" of `{plan.name}`" if plan.name else ""
        message = f"`__root__`{named} fails under Pydantic 2; derive the model from `RootModel`"
        yield Finding(fact.at, message, fix(plan, ctx) if plan.base else None)


def fix(plan: RootPlan, ctx: Context) -> Fix | None:
    written = ctx.name("pydantic.RootModel")
    if written is None or plan.base is None:
        return None
    span, before, after = plan.base
    edits: dict[str, list[tuple[Span, str]]] = {ctx.file: [(span, f"{before}{written.code}{after}")]}
    for file, place, new in plan.edits:
        edits.setdefault(file, []).append((place, new))
    others = tuple(ctx.edit_in(file, made, written.requests) for file, made in edits.items() if file != ctx.file)
    safety: Applicability = "safe" if plan.exact else "unsafe"
    return Fix(ctx.edits(edits[ctx.file]), "Derive the model from `RootModel`", written.requests, safety, others)
