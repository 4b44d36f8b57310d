"""Pydantic dataclass whose hooks are those of Pydantic 1

## Why is this bad?

In Pydantic 1, `__post_init__` of a dataclass ran before validation, and `__post_init_post_parse__`
after it. In Pydantic 2 `__post_init__` runs after validation, and the other hook is never called: a
warning says so once, while the class is made.

What `__post_init__` did to prepare the input is too late now. A field declared as `list[str]` is
never None there and never a text that could be split; the input was refused before. Such tests and
conversions are reported where the annotation shows that they can no longer do anything.

## Example

```python
from pydantic.dataclasses import dataclass


@dataclass
class Order:
    net: float
    gross: float = 0

    def __post_init_post_parse__(self) -> None:
        self.gross = self.net * 1.2
```

Use instead:

```python
from pydantic.dataclasses import dataclass


@dataclass
class Order:
    net: float
    gross: float = 0

    def __post_init__(self) -> None:
        self.gross = self.net * 1.2
```

Prepare input in a validator that runs before: `@field_validator("tags", mode="before")`, or
`@model_validator(mode="before")` for all of it.

## Fix safety

Renaming `__post_init_post_parse__` is safe: the method runs again when it ran before, with the same
arguments. It is unsafe where a class above or below in another file has the hook too, and not
offered where one of these classes has a `__post_init__`.

## References

- [Pydantic: changes to dataclasses](https://docs.pydantic.dev/latest/migration/#changes-to-dataclasses)
- [`__post_init__` and validation](https://docs.pydantic.dev/latest/concepts/dataclasses/#validators-and-initialization-hooks)
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stackcheck import Applicability, Context, Finding, Fix, Kind, Outline, Rule
from stackcheck_rules.analyses.descendants import descendants
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._late_input import late_input

OLD, NEW = "__post_init_post_parse__", "__post_init__"
DATACLASS = "pydantic-dataclass"


def has_hook(outline: Outline, text: str) -> bool:
    return OLD in text or (NEW in text and "pydantic" in text)


rule = Rule(
    "STK156",
    gate=has_hook,
    requires=(KINDS, heirs, descendants),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on(cst.ClassDef)
def check(node: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
    methods = [method for method in node.body.body if isinstance(method, cst.FunctionDef)]
    if not any(method.name.value in {OLD, NEW} for method in methods):
        return
    kind = ctx.kind(node)
    if DATACLASS not in {ctx.instance(kind).word, *(ctx.fact(heirs, (kind.file, kind.symbol)) or ())}:
        return
    for method in methods:
        if method.name.value == OLD:
            message = f"`{OLD}` of `{node.name.value}` is never called by Pydantic 2; `{NEW}` runs after validation"
            yield Finding(method.name, message, renamed(method, kind, ctx))
        elif method.name.value == NEW:
            for at, what in late_input(node, method, ctx):
                yield Finding(at, f"`{NEW}` runs after validation in Pydantic 2: {what}")


def renamed(method: cst.FunctionDef, kind: Kind, ctx: Context) -> Fix | None:
    above = [cls for cls in ctx.ancestry(kind).classes if cls.file]
    below = [Kind("class", qualname, file) for file, qualname in ctx.fact(descendants, (kind.file, kind.symbol)) or ()]
    if any(ctx.bindings(cls, NEW) for cls in (*above, *below)):
        return None
    elsewhere = any(ctx.bindings(cls, OLD) for cls in (*above, *below) if cls.file != ctx.file)
    edits: dict[cst.CSTNode, cst.CSTNode | None] = {method.name: cst.Name(NEW)}
    edits |= {node.attr: cst.Name(NEW) for node in ctx.below(method.body, cst.Attribute) if node.attr.value == OLD}
    safety: Applicability = "unsafe" if elsewhere else "safe"
    return Fix(edits, f"Rename to `{NEW}`", applicability=safety)
