"""Alias of a setting, which now names its environment variable

## Why is this bad?

To Pydantic 1 the alias of a field in settings was its name in `Settings(…)` and nothing more: the environment was
read by the field's own name behind the `env_prefix`. pydantic-settings reads the variable that the alias names,
without the prefix. What was set by `APP_TOKEN` comes from `token` now, or is missing.

Only reported while a project moves from Pydantic 1: where the settings still come from `pydantic.BaseSettings`,
or where `--target pydantic=2` asks for more than the project pins.

## Example

```python
from pydantic import BaseSettings, Field


class Settings(BaseSettings):
    api_token: str = Field("", alias="token")

    class Config:
        env_prefix = "APP_"
```

Use instead:

```python
from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    api_token: str = Field("", validation_alias=AliasChoices("token", "APP_API_TOKEN"))

    model_config = SettingsConfigDict(env_prefix="APP_")
```

## References

- [pydantic-settings: environment variable names](https://docs.pydantic.dev/latest/concepts/pydantic_settings/#environment-variable-names)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs
from stackcheck_rules.analyses.settings_classes import SettingsClass, settings_classes
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._settings import is_migrating, settings_kind

rule = Rule(
    "STK169",
    gate="alias",
    requires=(KINDS, model_configs, settings_classes),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
    severity="warning",
)


@rule.on_fact(settings_classes)
def check(found: SettingsClass, ctx: Context) -> Iterator[Finding]:
    kind = settings_kind(found, ctx) if found.aliases else None
    if kind is None or not is_migrating(kind, ctx):
        return
    for name, at in found.aliases:
        field = f"{found.qualname.rpartition('.')[2]}.{name}"
        message = f"the alias of `{field}` names its environment variable now; under Pydantic 1 the field's name did"
        yield Finding(at, message)
