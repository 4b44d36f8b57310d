"""An option in `ConfigDict(…)`, a dictionary or a class statement: renamed, inverted, taken away."""

from __future__ import annotations

from stackcheck import Context, Fix
from stackcheck_rules.analyses.config_keys import ConfigKey
from stackcheck_rules.pydantic._config_keys import RENAMED, SAME, VALIDATE_BY_NAME


def new_name(key: ConfigKey, ctx: Context) -> str:
    new = RENAMED[key.name]
    given = {name for name, _ in key.others} & SAME
    if new in SAME and given:
        return given.pop()
    return "populate_by_name" if new in SAME and not ctx.allows("pydantic", VALIDATE_BY_NAME) else new


def renamed(key: ConfigKey, new: str, ctx: Context) -> Fix | None:
    others = dict(key.others)
    if new in others:
        return dropped(key, ctx) if others[new] == key.code else None
    return Fix(ctx.edits([(key.at, new)]), f"Replace by `{new}`")


def dropped(key: ConfigKey, ctx: Context) -> Fix | None:
    return Fix(ctx.edits([(key.cut, "")]), "Remove the option") if key.cut else None


def frozen(key: ConfigKey, ctx: Context) -> Fix | None:
    if key.code != "False" or "frozen" in dict(key.others):
        return dropped(key, ctx) if dict(key.others).get("frozen") == "True" and key.code == "False" else None
    edits = ctx.edits([(key.at, "frozen"), (key.place, "True")])
    return Fix(edits, "Replace by `frozen=True`", applicability="unsafe")
