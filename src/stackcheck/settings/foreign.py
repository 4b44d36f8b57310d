"""What other tools' configuration tells us where our own is silent: ruff's, the project's Python."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from stackcheck.settings.error import SettingsError, shown
from stackcheck.settings.layers import Layer, default_layer, part_of
from stackcheck.settings.options import BY_NAME
from stackcheck.settings.tables import RUFF, Table, Tables, read_table, table_at
from stackcheck.settings.values import Place, convert, lowest_python

KEYS = ("exclude", "line-length", "target-version", "src")


def ruff_layer(path: Path, tables: Tables) -> Layer:
    """ruff's files and lines. Both its keys of exclusion make our `exclude`: ours replaces both."""
    values: dict[str, object] = {}
    more: tuple[object, ...] = ()
    for table, place in reversed(_chain(path, tables)):
        for key in KEYS:
            value = _lenient(key, table, place)
            if value is not None:
                values[key] = value
        found = _lenient("extend-exclude", table, place)
        more += found if isinstance(found, tuple) else ()
    if more:
        base = values.get("exclude", default_layer(path.parent).values["exclude"])
        values["exclude"] = (*base, *more)  # type: ignore[misc] # the table's kind says that these are globs
    return Layer(Place(shown(path, tables.cwd), "", path.parent), values)


def project_layer(path: Path, tables: Tables) -> Layer:
    """The oldest Python of the project, from `requires-python` or Poetry's `python`."""
    table = read_table(path, tables)
    poetry = table_at(table, ("tool", "poetry", "dependencies", "python"))
    version = lowest_python(table_at(table, ("project", "requires-python")) or poetry)
    place = Place(shown(path, tables.cwd), "project", path.parent)
    return Layer(place, {"target-version": version} if version else {})


def _chain(path: Path, tables: Tables) -> list[tuple[Table, Place]]:
    """The file and what it extends, the nearest first. Its errors are for ruff to tell."""
    chain: dict[Path, tuple[Table, Place]] = {}
    while path not in chain:
        try:
            table, prefix = part_of(path, RUFF, tables)
        except SettingsError:
            break
        if not isinstance(table, Mapping):
            break
        chain[path] = (table, Place(path.name, prefix, path.parent))
        target = table.get("extend")
        if isinstance(target, str):
            path = Path(os.path.normpath(path.parent / target))
    return list(chain.values())


def _lenient(key: str, table: Table, place: Place) -> object:
    try:
        return convert(BY_NAME[key].kind, key, table[key], place) if key in table else None
    except SettingsError:
        return None
