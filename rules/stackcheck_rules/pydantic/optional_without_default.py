"""Optional field of a Pydantic model without a default, taken for one with `None`

## Why is this bad?

In Pydantic v1 a field of type `Optional[X]`, `X | None` or `Any` that has no default was `None` where it was not given.
In Pydantic v2 `Optional` says only that `None` is allowed: without a default the field is required, and what
leaves it out raises a `ValidationError`, in code as in a request.

In a project that was written for v2 such a field is required on purpose. It is reported there only where some code
of the project makes the model without it. In a project that is checked against a newer Pydantic than it pins
(`--target pydantic=2`), every such field is reported.

## Example

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str
    email: str | None


guest = User(name="guest")
```

Use instead:

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str
    email: str | None = None


guest = User(name="guest")
```

## Fix safety

Safe in a project that pins v1 and is checked against v2: `= None` is what v1 does. Elsewhere
unsafe: requests that were refused for want of the field are then accepted.

## References

- [Pydantic: required, optional, and nullable fields](https://docs.pydantic.dev/latest/migration/#required-optional-and-nullable-fields)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Kind, Related, Rule, TextEdit
from stackcheck_rules.analyses.class_fields import ClassField, class_fields
from stackcheck_rules.analyses.constructions import Construction, constructions
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs, setting_of
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._arguments import extent
from stackcheck_rules.pydantic._declared import admits_none, has_no_default, is_table, mentions, names_of
from stackcheck_rules.pydantic._makers import calls_of, place_of

rule = Rule(
    "STK134",
    requires=(KINDS, class_fields, constructions, model_configs),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(class_fields)
def check(field: ClassField, ctx: Context) -> Iterator[Finding]:
    if field.annotation is None or not field.may_be_field:
        return
    cls = Kind("class", field.qualname, ctx.file)
    word = ctx.instance(cls).word
    if word not in {"model", "settings", "sqlmodel"} or (word == "sqlmodel" and is_table(cls, ctx)):
        return
    if not admits_none(field, ctx) or not has_no_default(field, ctx):
        return
    migrating = ctx.migrating("pydantic")
    # Settings are made with nothing: the environment gives the rest.
    calls = () if word == "settings" else calls_of(field, ctx)
    call = next((call for call in calls if leaves_out(call, field, ctx)), None)
    if call is None and not migrating:
        return
    message = f"`{field.name}` in `{field.qualname.rpartition('.')[2]}` is required in Pydantic v2; give it a default"
    related = (Related(place_of(call, ctx), "made without it here"),) if call else ()
    yield Finding(field.at, message, with_default(field, ctx, safe=migrating), related)


def leaves_out(call: Construction, field: ClassField, ctx: Context) -> bool:
    names = names_of(field, ctx)
    if names is None or setting_of(Kind("class", call.made, call.made_file), ("alias_generator",), ctx) is not None:
        return not call.given
    return names.isdisjoint(call.names)


def with_default(field: ClassField, ctx: Context, *, safe: bool) -> Fix | None:
    if mentions(field.annotation, field.name):
        return None  # `date: date | None = None`: once it has a value, the name means that
    end = extent(field.annotation_span, ctx).end
    edit = TextEdit(end, end, " = None")
    if field.value is not None:
        start = ctx.text.index("(", extent(field.value_span, ctx).start) + 1
        space = re.compile(r"\s*").match(ctx.text, start)
        gap = space[0] if space else ""
        word = "default=None" if re.search(r"Field\(\s*default=", ctx.text) else "None"
        alone = not field.value[2] and not field.value[3]
        edit = TextEdit(start, start, word if alone else f"{gap}{word},{'' if gap else ' '}")
    return Fix((edit,), "Give it the default `None`", applicability="safe" if safe else "unsafe")
