"""The fix of `env`: the names of variables as aliases, without losing the field's own name."""

from __future__ import annotations

from collections.abc import Sequence

from stackcheck import Context, Fix, ImportRequest, Kind, Span
from stackcheck_rules.analyses._settings_env import ALIAS, FIELD, EnvName
from stackcheck_rules.analyses.model_configs import setting_of
from stackcheck_rules.analyses.settings_classes import SettingsClass
from stackcheck_rules.analyses.settings_inits import SettingsInit, settings_inits
from stackcheck_rules.pydantic._settings import BY_NAME, reads_by_itself

Edits = list[tuple[Span, str]]


def fixes_of(taken: Sequence[EnvName], found: SettingsClass, kind: Kind, ctx: Context) -> list[Fix | None]:
    """The fix of each `env` argument, then of each option: one for all where they have to change together."""
    together = [env for env in taken if is_set_by_name(env, kind, ctx) and edits_of(env, found, kind, ctx)]
    together += found.options
    shared = fix_of(together, found, kind, ctx)
    return [shared if env in together else fix_of([env], found, kind, ctx) for env in (*taken, *found.options)]


def is_spare(env: EnvName, kind: Kind, ctx: Context) -> bool:
    """Whether the field looks up that variable anyway."""
    return len(env.names) == 1 and reads_by_itself(kind, env.field, env.names[0], ctx)


def without(env: EnvName, ctx: Context) -> Fix | None:
    """The fix that only takes `env` away."""
    return Fix(ctx.edits(env.dropped), "Leave out `env`") if env.dropped else None


def is_set_by_name(env: EnvName, kind: Kind, ctx: Context) -> bool:
    """Whether the project sets a field by its own name, which an alias would forbid."""
    if env.field in env.names or is_spare(env, kind, ctx):
        return False
    made = ctx.fact(settings_inits, (kind.file, kind.symbol)) or SettingsInit(unsure=True)
    return bool(made.unsure or env.field in made.names)


def edits_of(env: EnvName, found: SettingsClass, kind: Kind, ctx: Context) -> Edits:
    # An option that says nothing new goes with the rest of `fields`.
    return list(env.dropped if is_spare(env, kind, ctx) else env.named)


def fix_of(names: Sequence[EnvName], found: SettingsClass, kind: Kind, ctx: Context) -> Fix | None:
    """One fix for some fields; with those that `Config.fields` names, that option goes."""
    field, choices = ctx.name("pydantic.Field"), ctx.name("pydantic.AliasChoices")
    options = [env for env in names if env in found.options]
    if field is None or choices is None or not names or (options and not found.spare):
        return None
    edits: Edits = []
    requests: list[ImportRequest] = [*field.requests, *choices.requests]
    for env in names:
        made = edits_of(env, found, kind, ctx)
        if not is_clear(env, made, found, kind, ctx):
            return None
        alias = f"{choices.code}({env.inner})" if env.many else env.inner
        edits += [(span, new.replace(ALIAS, alias).replace(FIELD, field.code)) for span, new in made]
    by_name, allowed = any(is_set_by_name(env, kind, ctx) for env in names), setting_of(kind, BY_NAME, ctx)
    option = by_name_option(found, options, ctx) if by_name and allowed is None else None
    if by_name and option is None and allowed != "True":
        return None
    if option is not None:
        edits.append(option[0])
        requests += option[1]
    elif options:
        edits += found.spare
    # A field that may be set by name is looked up by it too.
    unsafe = (by_name or allowed is not None) and not all(is_spare(env, kind, ctx) for env in names)
    title = "Name the variables in `validation_alias`"
    return Fix(ctx.edits(edits), title, tuple(requests), "unsafe" if unsafe else "safe")


def is_clear(env: EnvName, made: Edits, found: SettingsClass, kind: Kind, ctx: Context) -> bool:
    """Whether a field takes its alias: one `Field()` makes it, and one place names its variables."""
    if [other.field for other in (*found.arguments, *found.options)].count(env.field) > 1:
        return False
    if env not in found.options:
        return bool(made)
    if env.function and ctx.symbol(env.function, kind.symbol) != "pydantic.Field":
        return False
    return bool(made) or is_spare(env, kind, ctx)


def by_name_option(
    found: SettingsClass, options: Sequence[EnvName], ctx: Context
) -> tuple[tuple[Span, str], Sequence[ImportRequest]] | None:
    """The edit that lets fields be set by their names. All releases of pydantic-settings know this spelling."""
    if options and found.instead is not None:
        return (found.instead, "populate_by_name = True"), ()
    written = ctx.name("pydantic_settings.SettingsConfigDict")
    if found.place.form == "odd" or written is None:
        return None
    added = written.requests if found.place.form == "none" else ()
    return found.place.option("populate_by_name", "True", written.code), added
