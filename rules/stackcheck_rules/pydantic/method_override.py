"""Override of a method that Pydantic 2 no longer calls

## Why is this bad?

Pydantic 1 called `dict()` of nested models and `validate()` of the classes of fields, and FastAPI called
`dict()` of a response. Version 2 serialises and validates in its core: an override of these is passed over
without a word. What it added or hid is then missing from every response, or is in it. An override of another
of version 1's methods that calls `super()` calls what is deprecated.

## Example

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str

    def dict(self, **kwargs):
        return {**super().dict(**kwargs), "kind": "user"}


def shown(user: User):
    return user.dict()
```

Use instead:

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str

    def model_dump(self, **kwargs):
        return {**super().model_dump(**kwargs), "kind": "user"}


def shown(user: User):
    return user.model_dump()
```

Where nested models or FastAPI are to see the change too, write a
[`@model_serializer`](https://docs.pydantic.dev/latest/concepts/serialization/#model-serializers).

## Fix safety

Unsafe: the method, its `super()` calls and the calls that reach it are renamed together, but version 2's
core calls neither name. No fix is offered for a method with a signature of its own.

## References

- [Pydantic: changes to `BaseModel`](https://docs.pydantic.dev/latest/migration/#changes-to-pydanticbasemodel)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Kind, Rule, Span
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.legacy_uses import legacy_uses
from stackcheck_rules.analyses.model_configs import model_configs
from stackcheck_rules.analyses.model_overrides import Override, is_own_override, model_overrides
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._methods import NEW_NAMES, added, rewrite

# Whose one argument the new method takes too, beside keywords.
FORWARDED = {"from_orm", "parse_obj"}

rule = Rule(
    "STK124",
    requires=(KINDS, legacy_uses, model_configs, model_overrides),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(model_overrides)
def check(override: Override, ctx: Context) -> Iterator[Finding]:
    cls = Kind("class", override.qualname, ctx.file)
    if is_left_over(override) and ctx.instance(cls).word in MODELS:
        message = f"`{override.name}` is never called by Pydantic 2; its own is `{NEW_NAMES[override.name]}`"
        yield Finding(override.at, message, renamed(override, cls, ctx))


def is_left_over(override: Override) -> bool:
    """Whether version 1 called the method by itself, or the method calls version 1's.

    `def dict(self) -> int` and a `from_orm` that builds the model by hand are names like any other.
    """
    called = (override.name == "dict" and override.keywords) or (override.name == "validate" and override.of_class)
    return bool(called) or override.calls_super


def renamed(override: Override, cls: Kind, ctx: Context) -> Fix | None:
    new = NEW_NAMES[override.name]
    classes = [other for other in ctx.ancestry(cls).classes if other.file]
    named = [other for other in classes if ctx.bindings(other, override.name) or ctx.bindings(other, new)]
    if len(named) > 1 or not (override.keywords or override.name in FORWARDED or override.bare):
        return None
    edits = [(override.at, new)]
    if not override.keywords:
        edits.append((after(override.last), ", **kwargs"))
    for use in ctx.facts(legacy_uses):
        if is_own_override(use) and use.scope == f"{override.qualname}.{override.name}":
            made = rewrite(use, ctx.instance(cls), ctx)
            if made is None or made.imports or use.arguments is None:
                return None
            if override.name in FORWARDED and made.safety != "safe":
                return None
            edits += [*made.edits, *([] if override.keywords else [added("**kwargs", use)])]
    callers = ctx.fact(model_overrides, (ctx.file, override.qualname, override.name)) or ()
    edits += [(caller.at, new) for caller in callers if caller.file == ctx.file]
    files = sorted({caller.file for caller in callers} - {ctx.file})
    others = [ctx.edit_in(file, [(one.at, new) for one in callers if one.file == file]) for file in files]
    return Fix(ctx.edits(edits), f"Rename `{override.name}` to `{new}`", (), "unsafe", tuple(others))


def after(span: Span) -> Span:
    return Span(span.end_line, span.end_column, span.end_line, span.end_column)
