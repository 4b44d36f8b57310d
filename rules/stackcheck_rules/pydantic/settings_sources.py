"""Settings sources changed in `class Config`

## Why is this bad?

pydantic-settings asks the settings class for the order of its sources, by `settings_customise_sources`, and no longer
its `Config` by `customise_sources`. It never calls that function, nor `parse_env_var`: settings come
from the environment first and are read as JSON, whatever these say.

A file named by `env_file` is a source of its own now; Pydantic 1 read it together with the environment.

## Example

```python
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    debug: bool = False

    class Config:
        @classmethod
        def customise_sources(cls, init_settings, env_settings, file_secret_settings):
            return env_settings, init_settings, file_secret_settings
```

Use instead:

```python
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource


class Settings(BaseSettings):
    debug: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, dotenv_settings, init_settings, file_secret_settings
```

## Fix safety

Safe: the sources are the same, in the same order, where the function does nothing but return some of them.

No fix is offered where it adds a source of its own, which has to become a `PydanticBaseSettingsSource`, and for
`parse_env_var`: annotate the field with `NoDecode` and read the text in a `mode="before"` validator.

## References

- [pydantic-settings: customise settings sources](https://docs.pydantic.dev/latest/concepts/pydantic_settings/#customise-settings-sources)
- [pydantic-settings: disabling JSON parsing](https://docs.pydantic.dev/latest/concepts/pydantic_settings/#disabling-json-parsing)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._settings_sources import BASE, SOURCE, Sources
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.settings_classes import SettingsClass, settings_classes
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._settings import settings_kind

rule = Rule(
    "STK167",
    gate=("customise_sources", "parse_env_var"),
    requires=(KINDS, settings_classes),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(settings_classes)
def check(found: SettingsClass, ctx: Context) -> Iterator[Finding]:
    if not (found.sources or found.parses) or settings_kind(found, ctx) is None:
        return
    if found.sources:
        message = "`customise_sources` is never called by Pydantic 2; define `settings_customise_sources` on the class"
        yield Finding(found.sources.at, message, fix(found.sources, ctx))
    if found.parses:
        message = "`parse_env_var` is never called by Pydantic 2; parse the text of a `NoDecode` field in a validator"
        yield Finding(found.parses, message)


def fix(sources: Sources, ctx: Context) -> Fix | None:
    source = ctx.name("pydantic_settings.PydanticBaseSettingsSource")
    # The class may still be imported from where Pydantic 1 had it: its import moves on its own.
    base = ctx.name("pydantic_settings.BaseSettings") or ctx.name("pydantic.BaseSettings")
    if not sources.edits or source is None or base is None:
        return None
    edits = [(span, new.replace(SOURCE, source.code).replace(BASE, base.code)) for span, new in sources.edits]
    title = "Define `settings_customise_sources` on the class"
    return Fix(ctx.edits(edits), title, (*source.requests, *base.requests))
