"""TOML files, each read once, and the closest one above a folder that holds a table."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from stackcheck.settings.error import SettingsError, shown

Table = Mapping[str, object]
PYPROJECT = "pyproject.toml"


class Sought(NamedTuple):
    """What a search upward is for: files that hold nothing else, tables of pyproject.toml.

    Only in a search for our own configuration is a file that is not TOML an error.
    """

    key: str
    names: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]
    ours: bool = False


OURS = Sought("ours", (".stackcheck.toml", "stackcheck.toml"), (("tool", "stackcheck"),), ours=True)
RUFF = Sought("ruff", (".ruff.toml", "ruff.toml"), (("tool", "ruff"),))
PROJECT = Sought("project", (), (("project",), ("tool", "poetry")))


@dataclass(frozen=True)
class Tables:
    """The memory of one run: files read, folders listed, searches done. `cwd` is for messages."""

    cwd: Path
    read: dict[Path, Table | SettingsError] = field(default_factory=dict)
    found: dict[tuple[str, Path], Path | None] = field(default_factory=dict)
    listed: dict[Path, Collection[str]] = field(default_factory=dict)


def read_table(path: Path, tables: Tables) -> Table:
    """The whole file. SettingsError in one line, with line and column where it is not TOML."""
    if path not in tables.read:
        tables.read[path] = _parsed(path, shown(path, tables.cwd))
    result = tables.read[path]
    if isinstance(result, SettingsError):
        raise result
    return result


def table_at(table: object, keys: tuple[str, ...]) -> object:
    """What stands at the keys, one in another; None if one of them is not there."""
    for key in keys:
        if not isinstance(table, Mapping):
            return None
        table = table.get(key)
    return table


def closest(sought: Sought, folder: Path, tables: Tables) -> Path | None:
    """The file in the folder, or in the closest one above, that holds what is sought."""
    passed = []
    above = folder
    while (key := (sought.key, above)) not in tables.found:
        passed.append(key)
        result = _held_by(above, sought, tables)
        if result or above == above.parent:
            break
        above = above.parent
    else:
        result = tables.found[key]
    tables.found.update(dict.fromkeys(passed, result))
    return result


def _held_by(folder: Path, sought: Sought, tables: Tables) -> Path | None:
    for name in sought.names:
        if os.path.isfile(f"{folder}/{name}"):
            return folder / name
    if not os.path.isfile(f"{folder}/{PYPROJECT}"):
        return None
    path = folder / PYPROJECT
    try:
        table = read_table(path, tables)
    except SettingsError:
        if sought.ours:
            raise
        return None
    return path if any(table_at(table, keys) is not None for keys in sought.tables) else None


def _parsed(path: Path, name: str) -> Table | SettingsError:
    import tomli

    try:
        raw = path.read_bytes()
    except OSError as error:
        return SettingsError(f"{name}: cannot be read: {error.strerror or error}")
    try:
        return tomli.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        # What `utf-8-sig` counts starts behind the mark, which is part of the first line.
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        return SettingsError(f"{name}: not valid TOML at line {line}, column {column}: not UTF-8")
    except tomli.TOMLDecodeError as error:
        return SettingsError(f"{name}: not valid TOML at line {error.lineno}, column {error.colno}: {error.msg}")
    except RecursionError:
        return SettingsError(f"{name}: not valid TOML: nested too deeply")
