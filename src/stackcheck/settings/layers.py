"""One layer of configuration: what a file, or the command line, says, checked key by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from stackcheck.settings.error import SettingsError, did_you_mean
from stackcheck.settings.options import BY_NAME, OPTIONS, RuleOptions, Selection
from stackcheck.settings.tables import PYPROJECT, Sought, Table, Tables, read_table, table_at
from stackcheck.settings.values import Place, convert, described


class Layer(NamedTuple):
    """Values by the names of their keys, converted; the tables of rules apart."""

    place: Place
    values: Mapping[str, object] = {}
    rules: Mapping[str, Mapping[str, object]] = {}


def default_layer(root: Path) -> Layer:
    """The defaults that depend on a folder."""
    place = Place("", "", root)
    located = [option for option in OPTIONS if option.kind in ("globs", "paths")]
    return Layer(place, {o.name: convert(o.kind, o.name, o.default, place) for o in located})


def read_layer(table: Table, place: Place, rule_options: RuleOptions) -> Layer:
    """Every key of the table. SettingsError for the first one that is unknown or wrong."""
    values: dict[str, object] = {}
    rules: dict[str, Mapping[str, object]] = {}
    for key, value in table.items():
        if key in BY_NAME:
            option = BY_NAME[key]
            values[key] = convert(option.kind, key, value, place, option.choices)
        elif key in rule_options:
            rules[key] = _rule_table(key, value, place, rule_options)
        else:
            raise _unknown(key, place, [*BY_NAME, *rule_options])
    return Layer(place, values, rules)


def part_of(path: Path, sought: Sought, tables: Tables) -> tuple[object, str]:
    """The table of a file that is meant for us, or for ruff, and its name in messages."""
    whole = read_table(path, tables)
    if path.name != PYPROJECT:
        return whole, ""
    found = table_at(whole, sought.tables[0])
    return {} if found is None else found, ".".join(sought.tables[0])


def selection_of(layer: Layer) -> Selection | None:
    """What the layer says of selecting rules, if anything."""
    parts: dict[str, Any] = {
        BY_NAME[name].field: value for name, value in layer.values.items() if BY_NAME[name].merge == "layer"
    }
    return Selection(layer.place.file, **parts) if parts else None


def _rule_table(rule: str, value: object, place: Place, rule_options: RuleOptions) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise SettingsError(f"{place.where(rule)} must be a table, not {described(value)}")
    below = place.below(rule)
    for key in value:
        if key not in rule_options[rule]:
            raise _unknown(key, below, rule_options[rule])
    return {key: convert(rule_options[rule][key][0], key, item, below) for key, item in value.items()}


def _unknown(key: str, place: Place, names: Iterable[str]) -> SettingsError:
    what = f"{place.file}: unknown key" if place.file else "unknown option"
    hint = did_you_mean(key, names, "; `stackcheck config` lists them")
    return SettingsError(f"{what} `{key}`{place.in_table}{hint}")
