"""Argument of `Field()` that Pydantic v2 does not have

## Why is this bad?

`Field()` lost some arguments with Pydantic v2 and renamed others. `regex`, `const` and `unique_items` raise
an error when the class is made. `min_items`, `max_items` and `allow_mutation` still work and warn. `include`
does nothing any more, and `exclude` with names fails when the schema is built. Anything else that `Field()` does not
know lands in the JSON schema with a warning, and is dropped where `json_schema_extra` is given as well.

The call is judged wherever it stands: as a default, in `Annotated`, in a variable, in `create_model()`.

## Example

```python
from pydantic import BaseModel, Field


class Article(BaseModel):
    slug: str = Field(..., regex="[a-z-]+", example="on-cats")
    tags: list[str] = Field([], max_items=5)
    kind: str = Field("article", const=True)
```

Use instead:

```python
from typing import Literal

from pydantic import BaseModel, Field


class Article(BaseModel):
    slug: str = Field(..., pattern="^[a-z-]+", json_schema_extra={"example": "on-cats"})
    tags: list[str] = Field([], max_length=5)
    kind: Literal["article"] = "article"
```

## Fix safety

Safe where Pydantic v2 does the same with the new argument, or refuses the old one and the new one means what v1
documented. `regex` was matched at the start of the text while `pattern` is searched for in all of it, hence the `^`. A
pattern that Rust's engine does not take, as one with look-around, is compiled: Pydantic then leaves it to Python.
Rust's `$` does not pass over a trailing line break as Python's does.

Unsafe: a `regex` whose text is not known here, or beside an option that changes the case (v1 did that before matching,
v2 does it after); `const=True` on anything but text, since `Literal` compares what was sent and not what it is
converted to; an unknown argument beside `json_schema_extra`, which changes the schema.

No fix is offered for `unique_items=True`, `include`, `final`, `exclude` with names and misspelt arguments such as
`gte`, nor for a call with `**arguments`, unless these are written out as in `**{"x-order": 1}`.

## References

- [Pydantic: changes to `pydantic.Field`](https://docs.pydantic.dev/latest/migration/#changes-to-pydanticfield)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Kind, Rule
from stackcheck_rules.analyses._field_arguments import FIELD
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.field_calls import Argument, FieldCall, field_calls
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._field_fixes import FALSE, MEND, NOTHING, extras
from stackcheck_rules.pydantic._field_words import ENVIRONMENT, MEANT, SAYS, SILENT

rule = Rule(
    "STK131",
    gate="Field",
    requires=(KINDS, field_calls, heirs, model_configs),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(field_calls)
def check(call: FieldCall, ctx: Context) -> Iterator[Finding]:
    if call.name != "Field" or ctx.symbol(call.function, call.scope) != "pydantic.Field":
        return
    unknown = [argument for argument in call.arguments if is_unknown(argument, call, ctx)]
    fixable = all(argument.name not in {"*", "**"} or argument in unknown for argument in call.arguments)
    for argument in call.arguments:
        if argument.name in SAYS and is_wrong(argument):
            mend = MEND.get(argument.name)
            yield Finding(argument.span, says(argument), mend(argument, call, ctx) if mend and fixable else None)
        elif argument.name in MEANT:
            message = (
                f"`{argument.name}` is no argument of `Field` and has no effect; `{MEANT[argument.name]}` is meant"
            )
            yield Finding(argument.span, message)
    if unknown:
        words = [word for argument in unknown for word in argument.keys or (argument.name,)]
        names = ", ".join(f"`{word}`" for word in words)
        verb, them = ("is no argument", "it") if len(words) == 1 else ("are no arguments", "them")
        message = f"{names} {verb} of `Field` in Pydantic v2; put {them} into `json_schema_extra`"
        yield Finding(unknown[0].span, message, extras(unknown, call, ctx) if fixable else None)


def is_wrong(argument: Argument) -> bool:
    if argument.name == "exclude":
        return argument.value[0] in {"set", "dict", "list", "tuple"}
    return argument.name not in SILENT or argument.value != NOTHING


def says(argument: Argument) -> str:
    if argument.value == FALSE and argument.name in {"const", "unique_items"}:
        return f"`{argument.name}` was removed from `Field`; leave it out"
    return SAYS[argument.name]


def is_unknown(argument: Argument, call: FieldCall, ctx: Context) -> bool:
    if argument.name == "**":
        return bool(argument.keys) and {*FIELD, *SAYS, *MEANT, *ENVIRONMENT}.isdisjoint(argument.keys)
    if not argument.name.isidentifier() or argument.name in FIELD or argument.name in SAYS or argument.name in MEANT:
        return False
    # In settings `env` names a variable, which is more than a word in the schema.
    return argument.name not in ENVIRONMENT or is_plain_model(call.scope, ctx)


def is_plain_model(scope: str, ctx: Context) -> bool:
    """Whether a class is a model, and no part of settings that inherit from it."""
    own = bool(scope) and ctx.instance(Kind("class", scope, ctx.file)).word in {"model", "sqlmodel"}
    return own and not ctx.fact(heirs, (ctx.file, scope))
