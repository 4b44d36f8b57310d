"""Where a project begins: the folder that its names resolve in, and the workspace around it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from stackcheck.settings.error import SettingsError
from stackcheck.settings.globs import regex_of
from stackcheck.settings.tables import PROJECT, PYPROJECT, Tables, read_table, table_at

REQUIREMENTS = re.compile(r"requirements.*\.txt")
# How surely a folder is the root of a project.
DECLARED, LISTED, CLONED, NOTHING = 3, 2, 1, 0


def project_root(path: Path, named: Path, tables: Tables) -> Path:
    """The root of the project of a file, or of a folder: where no folder is one, the named one.

    Never a home folder or `/` if there is any other; the search goes no higher than a `.git`.
    """
    folder = path if path.is_dir() else path.parent
    key = ("root", folder)
    if key not in tables.found:
        tables.found[key] = _declared_root(folder, tables)
    root = tables.found[key]
    if root:
        return root
    named = named if named.is_dir() else named.parent
    return folder if is_too_wide(named) else named


def workspace_root(root: Path, tables: Tables) -> Path:
    """The root of the uv workspace that the project is a member of; else the project's own."""
    for folder, _ in _upward(root, tables):
        workspace = _tool_uv_workspace(folder, tables)
        if isinstance(workspace, Mapping):
            inner = str(root.relative_to(folder))
            is_member = _matches(inner, workspace.get("members"))
            if folder == root or (is_member and not _matches(inner, workspace.get("exclude"))):
                return folder
    return root


def is_too_wide(folder: Path) -> bool:
    """Whether the folder is `/` or a home folder: no project, and too much to read."""
    return folder == folder.parent or str(folder) == os.path.expanduser("~").rstrip("/")


def is_within(folder: Path, names: Collection[str], root: Path, tables: Tables) -> bool:
    """Whether a folder below the root, with entries of these names, still is of its project."""
    if ".git" in names:
        return False
    rank = _rank(folder, names, tables)
    return rank == NOTHING or rank < _rank(root, _names_in(root, tables), tables)


def _declared_root(folder: Path, tables: Tables) -> Path | None:
    best: tuple[int, Path | None] = (NOTHING, None)
    for above, names in _upward(folder, tables):
        rank = _rank(above, names, tables)
        if rank > best[0]:
            best = (rank, above)
        if rank == DECLARED:
            break
    return best[1]


def _upward(folder: Path, tables: Tables) -> Iterator[tuple[Path, Collection[str]]]:
    """The folder and those above it, with their entries, to the first that has a `.git`."""
    while not is_too_wide(folder):
        names = _names_in(folder, tables)
        yield folder, names
        if ".git" in names:
            return
        folder = folder.parent


def _rank(folder: Path, names: Collection[str], tables: Tables) -> int:
    if "setup.cfg" in names or ("setup.py" in names and _calls_setup(folder / "setup.py")):
        return DECLARED
    if PYPROJECT in names and _is_declared(folder / PYPROJECT, tables):
        return DECLARED
    if any(REQUIREMENTS.fullmatch(name) for name in names):
        return LISTED
    return CLONED if ".git" in names else NOTHING


def _is_declared(pyproject: Path, tables: Tables) -> bool:
    try:
        table = read_table(pyproject, tables)
    except SettingsError:
        return False
    return any(table_at(table, keys) is not None for keys in PROJECT.tables)


def _calls_setup(path: Path) -> bool:
    """Whether it is setuptools' file, and not a module that happens to have its name (onyx has three)."""
    try:
        return b"setup(" in path.read_bytes()
    except OSError:
        return False


def _names_in(folder: Path, tables: Tables) -> Collection[str]:
    if folder not in tables.listed:
        try:
            tables.listed[folder] = frozenset(os.listdir(folder))
        except OSError:
            tables.listed[folder] = frozenset()
    return tables.listed[folder]


def _tool_uv_workspace(folder: Path, tables: Tables) -> object:
    try:
        return table_at(read_table(folder / PYPROJECT, tables), ("tool", "uv", "workspace"))
    except SettingsError:
        return None


def _matches(inner: str, globs: object) -> bool:
    """Whether one of uv's globs matches; here `*` stays within a part of the path."""
    for glob in globs if isinstance(globs, list) else ():
        try:
            if isinstance(glob, str) and re.fullmatch(regex_of(os.path.normpath(glob), "[^/]*"), inner):
                return True
        except ValueError:
            continue
    return False
