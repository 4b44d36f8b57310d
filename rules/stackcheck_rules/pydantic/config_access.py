"""Configuration of a model read as Pydantic 1 had it

## Why is this bad?

Pydantic v2 has no `User.__config__`: it is an `AttributeError`. `User.Config` exists only as long as the
class is written down in the model or above it, and holds the options under their old names.
`User.model_config` is a dictionary of the options that are set, its own and inherited ones.

## Example

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str


def reads_rows() -> bool:
    return User.__config__.orm_mode
```

Use instead:

```python
from pydantic import BaseModel


class User(BaseModel):
    name: str


def reads_rows() -> bool:
    return User.model_config.get("from_attributes", False)
```

## Fix safety

Safe where the option is named in the code: it is read under its new name, with the default of v1 where no
class of the project sets it. No fix is offered while a class sets it under its old name (that is fixed
first), for an option that was removed, for a whole configuration that is passed on or changed, and where
settings are read that no class sets: their defaults differ.

A read of `User.Config` is changed together with the class, by the fix of `class-config`.

## References

- [Pydantic: changes to config](https://docs.pydantic.dev/latest/migration/#changes-to-config)
- [Pydantic: `model_config`](https://docs.pydantic.dev/latest/api/base_model/#pydantic.BaseModel.model_config)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Kind, Rule
from stackcheck_rules.analyses.config_reads import ConfigRead, config_reads
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._config_reads import model_of, replacement

LONGEST = 30  # of an owner in a message

rule = Rule(
    "STK106",
    requires=(KINDS, config_reads, model_configs),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(config_reads)
def check(read: ConfigRead, ctx: Context) -> Iterator[Finding]:
    model = model_of(read, ctx.file, ctx)
    if model is None or read.form == "base":
        return
    holder = holder_of(model, read.name, ctx)
    if holder is not None and not is_class(holder, read.name, ctx):
        return  # a field of that name
    code = replacement(read, model, ctx) if holder is None else None
    fix = Fix(ctx.edits([(read.whole, code)]), "Read `model_config`") if code else None
    what = f"{read.owner_code}.{read.name}" if len(read.owner_code) <= LONGEST else f"….{read.name}"
    yield Finding(read.at, f"`{what}` is not in Pydantic v2's models; read `model_config` instead", fix)


def holder_of(model: Kind, name: str, ctx: Context) -> Kind | None:
    """The class of the project that defines what is read."""
    return next((cls for cls in ctx.ancestry(model).classes if cls.file and ctx.bindings(cls, name)), None)


def is_class(holder: Kind, name: str, ctx: Context) -> bool:
    return all(ctx.kind(expr, holder.symbol, holder.file).word == "class" for expr in ctx.bindings(holder, name))
