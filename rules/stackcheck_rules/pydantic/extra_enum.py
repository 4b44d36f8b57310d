"""Use of `pydantic.Extra`, the enumeration of Pydantic 1

## Why is this bad?

Pydantic v2 takes plain words: `extra="forbid"`. What is left of `Extra` warns at each use and will go with
v3, and it is no enumeration any more: `Extra("allow")` is a `TypeError`, `Extra.allow.value` an
`AttributeError`, it cannot be iterated, and a field or a parameter that is declared with it cannot be
validated.

## Example

```python
from pydantic import BaseModel, ConfigDict, Extra


class User(BaseModel):
    model_config = ConfigDict(extra=Extra.forbid)

    name: str
```

Use instead:

```python
from pydantic import BaseModel, ConfigDict


class User(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
```

## Fix safety

Safe: the attributes of v2's `Extra` are those words, and where v2 raises the word is what v1 gave. A
comparison by `is` becomes one by `==`. An annotation becomes a `Literal` of the three words by an unsafe
fix: under v1 a value was converted to the enumeration. What iterates over `Extra`, or asks for instances
of it, gets no fix.

## References

- [Pydantic: `extra`](https://docs.pydantic.dev/latest/api/config/#pydantic.config.ConfigDict.extra)
- [Pydantic: changes to config](https://docs.pydantic.dev/latest/migration/#changes-to-config)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.extra_uses import ExtraUse, extra_uses
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches

rule = Rule(
    "STK104",
    requires=(KINDS, extra_uses),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(extra_uses)
def check(use: ExtraUse, ctx: Context) -> Iterator[Finding]:
    if ctx.symbol(use.value, use.scope) != "pydantic.Extra":
        return
    match use.form:
        case "word":
            message = f'`Extra.{use.word}` is deprecated; write `"{use.word}"`'
            yield Finding(use.whole, message, plain(use, ctx))
        case "call":
            instead = f'write `"{use.word}"`' if use.word else "use the plain word"
            yield Finding(use.whole, f"`Extra` is no enumeration in Pydantic v2; {instead}", plain(use, ctx))
        case "note":
            yield Finding(use.whole, "`Extra` is no type of values in Pydantic v2; use a `Literal`", literal(use, ctx))
        case _:
            yield Finding(use.whole, "`Extra` is no enumeration in Pydantic v2; use the plain words")


def plain(use: ExtraUse, ctx: Context) -> Fix | None:
    if not use.word or (use.operator and use.compared is None):
        return None
    edits = [(use.whole, f'"{use.word}"')]
    if use.compared is not None:
        edits.append((use.compared, use.operator))
    return Fix(ctx.edits(edits), f'Replace by `"{use.word}"`')


def literal(use: ExtraUse, ctx: Context) -> Fix | None:
    written = ctx.name("typing.Literal")
    if written is None:
        return None
    edits = ctx.edits([(use.whole, f'{written.code}["allow", "ignore", "forbid"]')])
    return Fix(edits, "Replace by a `Literal`", written.requests, "unsafe")
