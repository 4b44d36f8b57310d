"""Whether what looks like options of a model is proven to be."""

from __future__ import annotations

from stackcheck import Context, Kind
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.config_classes import ConfigClass
from stackcheck_rules.analyses.config_keys import ConfigKey
from stackcheck_rules.analyses.config_shares import Share, config_shares

DICTS = {"pydantic.ConfigDict", "pydantic_settings.SettingsConfigDict"}
# What takes options as a dictionary under v2, where v1 took a class as well.
TAKES = {
    "pydantic.TypeAdapter", "pydantic.create_model", "pydantic.dataclasses.dataclass", "pydantic.validate_arguments",
    "pydantic.validate_call", "pydantic.with_config",
}  # fmt: skip
HOOKS = ("__init_subclass__", "__pydantic_init_subclass__")


def is_option(key: ConfigKey, ctx: Context) -> bool:
    """Whether a key belongs to a configuration."""
    match key.form:
        case "call":
            return ctx.symbol(key.function, key.scope) in DICTS | {"pydantic.with_config"}
        case "argument":
            return ctx.symbol(key.function, key.scope) in DICTS | TAKES
        case "note":
            return ctx.symbol(key.function, key.scope) in DICTS
        case "model":
            return ctx.instance(Kind("class", key.scope, ctx.file)).word in MODELS
        case "keyword":
            return takes_options(Kind("class", key.scope, ctx.file), ctx)
    return False


def takes_options(model: Kind, ctx: Context) -> bool:
    """Whether the keywords of a class statement are options: a model, and nothing above it takes keywords itself."""
    ancestry = ctx.ancestry(model)
    hooked = any(ctx.bindings(cls, hook) for cls in ancestry.classes if cls.file for hook in HOOKS)
    return ctx.instance(model).word in MODELS and ancestry.whole and not hooked


def owner_of(config: ConfigClass, ctx: Context) -> str:
    """What a class holds options for, as words for a message; empty where that is not proven."""
    if config.nested:
        model = Kind("class", config.owner, ctx.file)
        return class_name(model) if ctx.instance(model).word in MODELS else ""
    if any(ctx.symbol(base, config.owner) == "pydantic.BaseConfig" for base in config.bases):
        return config.name
    shared = ctx.fact(config_shares, (ctx.file, config.qualname))
    return config.name if shared and any(is_taken(share, file, ctx) for file, share in shared.uses) else ""


def is_taken(share: Share, file: str, ctx: Context) -> bool:
    """Whether a model takes its options from a class by this use."""
    if share.form == "keyword":
        return ctx.symbol(share.function, share.scope, file) in TAKES
    return ctx.instance(Kind("class", share.scope, file)).word in MODELS


def class_name(cls: Kind) -> str:
    return cls.symbol.rpartition(".")[2].partition("#")[0]
