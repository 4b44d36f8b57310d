"""Field of a Pydantic model without an annotation

## Why is this bad?

Pydantic v1 took `retries = 3` in a model for a field and its type from the value. Pydantic v2 refuses to make the
class: "A non-annotated attribute was detected". The same holds for a value that overrides a field of a base
class without repeating the annotation.

Names that begin with an underscore, functions, properties and nested classes are no fields, nor is what a base
class declares as `ClassVar`.

## Example

```python
from pydantic import BaseModel


class Job(BaseModel):
    name: str
    retries = 3
```

Use instead:

```python
from pydantic import BaseModel


class Job(BaseModel):
    name: str
    retries: int = 3
```

## Fix safety

The fix writes the type that v1 took from the value, so it is safe: the class cannot be made without it. It is
unsafe where the class has validators and annotated fields follow, since v1 put fields without an annotation
last and a validator may look at the fields before its own.

No fix is offered where the type of the value does not show, and where a base class declares another type.

## References

- [Pydantic: model-field-missing-annotation](https://docs.pydantic.dev/latest/errors/usage_errors/#model-field-missing-annotation)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Kind, Rule, TextEdit
from stackcheck_rules.analyses.class_fields import ClassField, class_fields
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import UNREADABLE, model_configs, setting_of
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._annotations import parts_of
from stackcheck_rules.pydantic._arguments import extent
from stackcheck_rules.pydantic._models import is_model_class
from stackcheck_rules.pydantic._values import Value, key_of, value_of

# Bases whose class variables are known: none that a plain value could set.
OWN = {"pydantic.BaseModel", "pydantic.generics.GenericModel", "pydantic.BaseSettings",
       "pydantic_settings.BaseSettings", "sqlmodel.SQLModel"}  # fmt: skip
BUILTIN = {"bool", "bytes", "complex", "dict", "float", "int", "list", "set", "str", "tuple"}

rule = Rule(
    "STK133",
    requires=(KINDS, class_fields, model_configs),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(class_fields)
def check(field: ClassField, ctx: Context) -> Iterator[Finding]:
    cls = Kind("class", field.qualname, ctx.file)
    if field.annotation is not None or not field.may_be_field or not is_model_class(cls, ctx):
        return
    value = value_of(field, ctx)
    bases = ctx.ancestry(cls)
    if value is None or not bases.whole or any(base.symbol not in OWN for base in bases.classes if not base.file):
        return
    ignored = setting_of(cls, ("ignored_types", "keep_untouched"), ctx)
    declared = declared_above(field.name, bases.classes[1:], ctx)
    if declared in {"ClassVar", "def"} or ignored == UNREADABLE or (ignored and value.annotation in ignored):
        return
    message = f"`{field.name}` in `{field.qualname.rpartition('.')[2]}` has no annotation; write its type"
    agrees = declared in {"", value.symbol}
    yield Finding(field.at, message, annotated(field, value, ctx) if agrees else None)


def annotated(field: ClassField, value: Value, ctx: Context) -> Fix | None:
    name = value.annotation.partition(".")[0]
    # In `date = date.today()` the annotation would be the value: names of the body come first.
    hidden = name in ctx.outline.scopes[field.qualname].bindings
    if not name or not field.alone or hidden or (name in BUILTIN and name in ctx.outline.module.bindings):
        return None
    end = extent(field.at, ctx).end
    edits = (TextEdit(end, end, f": {value.annotation}"),)
    ordered = field.last or not field.decorated
    return Fix(edits, "Write the type of the value", applicability="safe" if ordered else "unsafe")


def declared_above(name: str, bases: tuple[Kind, ...], ctx: Context) -> str:
    """The type with which the nearest base class declares a name: `ClassVar`, `def`, a symbol, or `?`."""
    for base in bases:
        if not base.file or not ctx.bindings(base, name):
            continue
        if ctx.bindings(base, name)[0][0] in {"def", "class"}:
            return "def"
        for note in ctx.annotations(base, name):
            head = note[1] if note[0] == "index" else note
            if ctx.symbol(head, base.symbol, base.file).endswith(".ClassVar"):
                return "ClassVar"
            if note[0] != "other":
                parts = parts_of(note, base.symbol, ctx, base.file)
                keys = (part.symbol or key_of(ctx.kind(part.expr, part.scope, part.file)) for part in parts)
                types = set(keys) - {"None"}
                return types.pop() or "?" if len(types) == 1 else "?"
    return ""
