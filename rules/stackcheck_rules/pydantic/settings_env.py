"""Name of an environment variable given by `env`

## Why is this bad?

pydantic-settings takes the name of a field's variable from `validation_alias`. It knows neither `Field(env=…)`
nor `fields` in `class Config`, and ignores both without an error: the settings keep their defaults,
whatever the environment says.

## Example

```python
from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    debug: bool = Field(False, env="DEBUG")
    database: str = Field(..., env=["DATABASE_URL", "DB_URL"])
```

Use instead:

```python
from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    debug: bool = Field(False)
    database: str = Field(..., validation_alias=AliasChoices("DATABASE_URL", "DB_URL"))
```

## Fix safety

A name that the field looks up anyway, as `DEBUG` for `debug`, is taken away; that is safe. So is the alias
where the project never sets the field by its own name, for the variable was ignored before.

Where it does, as in `Settings(database="…")`, an alias alone would forbid that, so `populate_by_name` is set.
The field then also reads the variable of its own name (here `DATABASE`) if none of the others is there,
which Pydantic 1 did not do: unsafe.

No fix is offered for a field that has an alias already, or where the names are worked out at run time.

## References

- [pydantic-settings: environment variable names](https://docs.pydantic.dev/latest/concepts/pydantic_settings/#environment-variable-names)
- [Pydantic: migration guide](https://docs.pydantic.dev/latest/migration/#pydanticsettings)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Kind, Rule
from stackcheck_rules.analyses._settings_env import EnvName
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs
from stackcheck_rules.analyses.settings_classes import SettingsClass, settings_classes
from stackcheck_rules.analyses.settings_inits import settings_inits
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._settings import settings_kind
from stackcheck_rules.pydantic._settings_names import fixes_of, is_spare, without

rule = Rule(
    "STK166",
    gate="env",
    requires=(KINDS, model_configs, settings_classes, settings_inits),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(settings_classes)
def check(found: SettingsClass, ctx: Context) -> Iterator[Finding]:
    if not (found.arguments or found.options):
        return
    kind = settings_kind(found, ctx)
    taken = [env for env in found.arguments if ctx.symbol(env.function, found.qualname) == "pydantic.Field"]
    names = [*taken, *found.options]
    if kind is not None:
        for env, fix in zip(names, fixes_of(taken, found, kind, ctx), strict=True):
            yield Finding(env.at, message(env, found, spare=is_spare(env, kind, ctx)), fix)
    elif names:
        made = ctx.fact(settings_inits, (ctx.file, found.qualname))
        kinds = [Kind("class", qualname, file) for file, qualname in made.heirs] if made else []
        for env in names if kinds else ():
            # A mixin of settings: alone it is a model, whose fields an alias would rename.
            spare = all(is_spare(env, heir, ctx) for heir in kinds)
            yield Finding(env.at, message(env, found, spare=spare), without(env, ctx) if spare else None)


def message(env: EnvName, found: SettingsClass, *, spare: bool) -> str:
    field = f"{found.qualname.rpartition('.')[2]}.{env.field}"
    instead = "leave it out" if spare else "name the variable in `validation_alias`"
    return f"`env` of `{field}` is ignored by Pydantic 2; {instead}"
