"""`User.Config.title` and `self.__config__.orm_mode`, written as `model_config` is read."""

from __future__ import annotations

from typing import NamedTuple

from stackcheck import Context, Kind
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.config_reads import ConfigRead
from stackcheck_rules.analyses.model_configs import Settings, model_configs
from stackcheck_rules.pydantic._config_keys import DEFAULTS, KEPT, RENAMED, SAME, SETTINGS, VALIDATE_BY_NAME

OPPOSITE = {"allow_mutation": "frozen", "not allow_mutation": "frozen"}
ALWAYS_SET = {"arbitrary_types_allowed", "extra", "validate_default"}  # by BaseSettings itself


def model_of(read: ConfigRead, file: str, ctx: Context) -> Kind | None:
    """The model class whose configuration is read, through it or through an instance."""
    kind = ctx.kind(read.owner, read.scope, file)
    cls = Kind("class", kind.symbol, kind.file)
    if kind.certain and (kind.word in MODELS or (kind.word == "class" and ctx.instance(kind).word in MODELS)):
        return cls
    return None


def replacement(read: ConfigRead, model: Kind, ctx: Context, moved: Kind | None = None) -> str | None:
    """The same under v2, in quotes that suit the place."""
    code = new_code(read, model, ctx, moved)
    return code.replace('"', "'") if code and read.quoted else code


def new_code(read: ConfigRead, model: Kind, ctx: Context, moved: Kind | None = None) -> str | None:
    """The same under v2. None where that is not known, or where an option is still set under its old name.

    `moved` is the class whose `class Config` becomes a `model_config` in the same fix.
    """
    name = OPPOSITE.get(read.key) or RENAMED.get(read.key, read.key)
    config = f"{read.owner_code}.model_config"
    if read.form == "argument":
        return None if has_old(model, ctx, moved) else config
    if read.form != "key" or name not in KEPT | SETTINGS:
        return None
    names = SAME if name in SAME else {name}
    setting = setting_of(model, {read.key.removeprefix("not "), *names}, ctx)
    if setting and not (setting.arrives or setting.model == moved):
        return None
    if name in SAME:
        newer = ctx.allows("pydantic", VALIDATE_BY_NAME)
        name = setting.key if setting and setting.key in SAME else "validate_by_name" if newer else "populate_by_name"
    default = DEFAULTS.get(name, "False" if name in SAME else "")
    if read.key in OPPOSITE:
        frozen = f'{config}.get("{name}", False)'
        return frozen if read.key.startswith("not ") else f"(not {frozen})"
    if setting or (name in SETTINGS | ALWAYS_SET and ctx.instance(model).word == "settings"):
        return f'{config}["{name}"]'
    if not default or (name in SAME and any(ctx.fact(model_configs, key) for key in SAME)):
        return None  # a class below may set it under the one name or the other
    return f'{config}.get("{name}")' if default == "None" else f'{config}.get("{name}", {default})'


class Setting(NamedTuple):
    """Where an option comes from: `arrives` if v2 reads it from there."""

    model: Kind
    key: str
    arrives: bool


def setting_of(model: Kind, keys: set[str], ctx: Context) -> Setting | None:
    """What the nearest class sets that could set one of some options."""
    for cls, settings in all_settings(model, ctx):
        key = next((key for key, _ in settings.pairs if key in keys), "")
        if key or (settings.form == "class" and not settings.whole):
            return Setting(cls, key, key in KEPT | SETTINGS)
    return None


def has_old(model: Kind, ctx: Context, moved: Kind | None) -> bool:
    given = [(cls, key) for cls, settings in all_settings(model, ctx) for key, _ in settings.pairs]
    return any(key not in KEPT | SETTINGS and cls != moved for cls, key in given)


def all_settings(model: Kind, ctx: Context) -> list[tuple[Kind, Settings]]:
    """What the classes above a model set, the nearest first."""
    classes = [cls for cls in ctx.ancestry(model).classes if cls.file]
    return [(cls, each) for cls in classes for each in ctx.fact(model_configs, (cls.file, cls.symbol)) or ()]
