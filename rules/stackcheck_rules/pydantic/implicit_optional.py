"""Field of a Pydantic model with the default `None` and a type that refuses it

## Why is this bad?

Pydantic v1 read `age: int = None` as `Optional[int]`. Pydantic v2 takes the annotation at its word: a `None` that is
given, by a client, by a row of the database or by code, raises a `ValidationError`, while a field that is not given
still becomes `None`, unchecked.

In a project that was written for v2 that may be meant: a field may be left out but not be null. It is reported there
only where some code of the project gives the field a `None`. In a project that is checked against a newer Pydantic
than it pins (`--target pydantic=2`), every such field is reported.

## Example

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str
    age: int = None


guest = User(name="guest", age=None)
```

Use instead:

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str
    age: int | None = None


guest = User(name="guest", age=None)
```

## Fix safety

Safe in a project that pins v1 and is checked against v2 (`--target pydantic=2`): it is what v1 does. Elsewhere
unsafe, since a `None` that was refused is then accepted.

## References

- [Pydantic: required, optional, and nullable fields](https://docs.pydantic.dev/latest/migration/#required-optional-and-nullable-fields)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Applicability, Context, Finding, Fix, Kind, Related, Rule
from stackcheck_rules.analyses.class_fields import ClassField, class_fields
from stackcheck_rules.analyses.constructions import NULL, Construction, constructions
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._declared import default_of, names_of, other_metadata
from stackcheck_rules.pydantic._makers import calls_of, place_of
from stackcheck_rules.pydantic._nullable import admitting_none, refuses_none

NOTHING = ("const", None)

rule = Rule(
    "STK135",
    gate="None",
    requires=(KINDS, class_fields, constructions, model_configs),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
    severity="warning",
)


@rule.on_fact(class_fields)
def check(field: ClassField, ctx: Context) -> Iterator[Finding]:
    if field.annotation is None or field.value is None or not field.may_be_field:
        return
    # Settings come from the environment, which knows no None; SQLModel takes the annotation for the column's.
    if ctx.instance(Kind("class", field.qualname, ctx.file)).word != "model":
        return
    if default_of(field, ctx) != NOTHING or not refuses_none(field, ctx):
        return
    call = next((call for call in calls_of(field, ctx) if gives_none(call, field, ctx)), None)
    if call is None and not ctx.migrating("pydantic"):
        return
    related = (Related(place_of(call, ctx), "given `None` here"),) if call else ()
    owner = field.qualname.rpartition(".")[2]
    message = (
        f"`{field.name}` in `{owner}` is `None` by default but refuses a `None` that is given; declare it optional"
    )
    yield Finding(field.at, message, optional(field, ctx), related)


def gives_none(call: Construction, field: ClassField, ctx: Context) -> bool:
    if {field.name, "*"} & {*call.validated} or other_metadata(field, ctx):
        return False
    names = names_of(field, ctx) or {field.name}
    return any(name in names and value == NULL for name, value in call.given)


def optional(field: ClassField, ctx: Context) -> Fix | None:
    found = admitting_none(field, ctx)
    if found is None:
        return None
    edit, imports = found
    safety: Applicability = "safe" if ctx.migrating("pydantic") else "unsafe"
    return Fix((edit,), "Declare it optional", imports, safety)
