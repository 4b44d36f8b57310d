"""`fields = {"id": "_id"}` of a `class Config`, moved into the `Field()` of each attribute."""

from __future__ import annotations

from typing import NamedTuple

from stackcheck import Context, ImportRequest, Kind, Span
from stackcheck_rules.analyses._config_attributes import Attribute, Entry
from stackcheck_rules.analyses.config_classes import ConfigClass
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.pydantic._config_keys import ALWAYS

# What `Field()` of v2 takes under the same name, in the same sense.
OPTIONS = {
    "alias", "decimal_places", "description", "discriminator", "exclude", "ge", "gt", "le", "lt", "max_digits",
    "max_length", "min_length", "multiple_of", "repr", "title",
}  # fmt: skip


class Moved(NamedTuple):
    """The class without `fields`, and what that edits in the attributes."""

    config: ConfigClass
    edits: tuple[tuple[Span, str], ...] = ()
    requests: tuple[ImportRequest, ...] = ()
    unsafe: bool = False


def moved_fields(config: ConfigClass, ctx: Context) -> Moved | None:
    """None where an option would be lost: of an attribute of another class, or one that v2 does not have."""
    part = next((part for part in config.parts if part.name == "fields"), None)
    if part is None or ("fields", part.code) in ALWAYS:
        return Moved(config)
    field = ctx.name("pydantic.Field")
    model = Kind("class", config.owner, ctx.file)
    if not config.fields or field is None or ctx.instance(model).word == "settings":
        return None  # settings have another meaning for an alias
    edits = []
    for entry in config.fields:
        found = [attribute for attribute in config.attributes if attribute.name == entry.name]
        edit = field_edit(found[0], entry, field.code, config.owner, ctx) if len(found) == 1 else None
        if edit is None or len(ctx.bindings(model, entry.name)) != 1:
            return None
        edits.append(edit)
    rest = part._replace(form="nothing", code="", name="", chains=(), names=())
    parts = tuple(rest if each is part else each for each in config.parts)
    # In v1 a subclass that declares the attribute again inherits the option.
    inherited = bool(ctx.fact(heirs, (ctx.file, config.owner)))
    return Moved(config._replace(parts=parts), tuple(edits), field.requests, inherited)


def field_edit(attribute: Attribute, entry: Entry, field: str, scope: str, ctx: Context) -> tuple[Span, str] | None:
    """The options of one attribute, in a `Field()` of its own or in the one that it has."""
    known = {name: code for name, code in entry.options if name in OPTIONS}
    odd = attribute.note[:1] == ("index",) and ctx.symbol(attribute.note[1], scope).endswith(
        (".Annotated", ".ClassVar")
    )
    if len(known) < len(entry.options) or known.get("exclude", "True") != "True" or odd:
        return None
    if ctx.symbol(attribute.function, scope) == "pydantic.Field":
        if "**" in attribute.keywords:
            return None
        # What the attribute says itself counts.
        new = ", ".join(f"{name}={code}" for name, code in known.items() if name not in attribute.keywords)
        return attribute.point, f"{attribute.before}{new}{attribute.behind}" if new else ""
    if ctx.symbol(attribute.function, scope).rpartition(".")[2] in {"Field", "PrivateAttr", "Relationship"}:
        return None
    options = ", ".join(f"{name}={code}" for name, code in known.items())
    if not attribute.code:
        return attribute.place, f" = {field}({options})"
    return (attribute.place, f"{field}({attribute.code}, {options})") if options else None
