"""What the rules on settings ask of a settings class: its options, and whether Pydantic 1 wrote it."""

from __future__ import annotations

import ast

from stackcheck import Context, Kind
from stackcheck_rules.analyses.model_configs import UNREADABLE, setting_of
from stackcheck_rules.analyses.settings_classes import SettingsClass, is_settings

BY_NAME = ("populate_by_name", "validate_by_name", "allow_population_by_field_name")


def settings_kind(found: SettingsClass, ctx: Context) -> Kind | None:
    """The class, where it is proven to be settings of Pydantic 1 or of pydantic-settings."""
    kind = Kind("class", found.qualname, ctx.file)
    return kind if is_settings(kind, ctx) else None


def is_migrating(kind: Kind, ctx: Context) -> bool:
    """Whether a class was written for Pydantic 1: it still comes from there, or is checked against a newer one."""
    old = any(cls.symbol == "pydantic.BaseSettings" for cls in ctx.ancestry(kind).classes)
    return old or ctx.migrating("pydantic")


def literal(kind: Kind, key: str, default: object, ctx: Context) -> object:
    """The value of an option that is written out; None where it is worked out at run time."""
    source = setting_of(kind, (key,), ctx)
    if source is None:
        return default
    try:
        return None if source == UNREADABLE else ast.literal_eval(source)
    except (ValueError, SyntaxError):
        return None


def reads_by_itself(kind: Kind, field: str, variable: str, ctx: Context) -> bool:
    """Whether settings look up a variable for a field without being told."""
    prefix = literal(kind, "env_prefix", "", ctx)
    exact = literal(kind, "case_sensitive", False, ctx)
    if not isinstance(prefix, str) or setting_of(kind, ("alias_generator",), ctx) is not None:
        return False
    own = prefix + field
    return own == variable or (exact is False and own.lower() == variable.lower())
