"""Settings with an env file that must not hold anything else

## Why is this bad?

Pydantic 1 read from an env file what the settings had fields for. pydantic-settings reads all of it, and since
settings forbid what they do not know, one further line in `.env`, for a database container or another service,
ends in a `ValidationError` (`extra_forbidden`) when the settings are made.

Only reported while a project moves from Pydantic 1: where the settings still have a `class Config` or
come from `pydantic.BaseSettings`, or where `--target pydantic=2` asks for more than the project pins.

## Example

```python
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    debug: bool = False

    class Config:
        env_file = ".env"
```

Use instead:

```python
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    debug: bool = False

    class Config:
        env_file = ".env"
        dotenv_filtering = "only_existing"
```

## Fix safety

From pydantic-settings 2.14 on, `dotenv_filtering = "only_existing"` does what Pydantic 1 did: safe. For a project
that allows an older release the fix is `extra = "ignore"`. That also ignores unknown arguments, as in
`Settings(debgu=True)`, which was an error before: unsafe.

## References

- [pydantic-settings: dotenv support](https://docs.pydantic.dev/latest/concepts/pydantic_settings/#dotenv-env-support)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Kind, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs, setting_of
from stackcheck_rules.analyses.settings_classes import SettingsClass, settings_classes
from stackcheck_rules.analyses.settings_inits import settings_inits
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._settings import is_migrating, settings_kind

FILTERING = "2.14"  # the release of pydantic-settings that brought the option

rule = Rule(
    "STK168",
    gate="env_file",
    requires=(KINDS, model_configs, settings_classes, settings_inits),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
    severity="warning",
)


@rule.on_fact(settings_classes)
def check(found: SettingsClass, ctx: Context) -> Iterator[Finding]:
    kind = settings_kind(found, ctx)
    if (
        kind is None
        or not has_env_file(found, kind, ctx)
        or setting_of(kind, ("extra", "dotenv_filtering"), ctx) is not None
    ):
        return
    if not (ctx.bindings(kind, "Config") or is_migrating(kind, ctx)):
        return
    name = found.qualname.rpartition(".")[2]
    message = f"every other name in the env file of `{name}` is an error under Pydantic 2; say what becomes of them"
    yield Finding(found.at, message, fix(found, ctx))


def has_env_file(found: SettingsClass, kind: Kind, ctx: Context) -> bool:
    """Whether settings read a file, by their own options or where they are made: `Settings(_env_file=…)`."""
    if found.env_file or "_env_file" not in ctx.text:
        return found.env_file
    made = ctx.fact(settings_inits, (kind.file, kind.symbol))
    return made is not None and bool(made.env_file)


def fix(found: SettingsClass, ctx: Context) -> Fix | None:
    written = ctx.name("pydantic_settings.SettingsConfigDict")
    if found.place.form == "odd" or written is None:
        return None
    requests = written.requests if found.place.form == "none" else ()
    if ctx.allows("pydantic-settings", FILTERING):
        edit = found.place.option("dotenv_filtering", '"only_existing"', written.code)
        return Fix(ctx.edits([edit]), "Read from the env file what the settings have fields for", requests)
    edit = found.place.option("extra", '"ignore"', written.code)
    return Fix(ctx.edits([edit]), "Ignore what the settings have no fields for", requests, "unsafe")
