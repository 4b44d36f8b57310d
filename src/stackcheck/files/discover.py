"""Paths of the command line to files; folders to the files in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stackcheck.files.boundary import is_too_wide, is_within
from stackcheck.files.kinds import kind_named, kind_of
from stackcheck.files.source import reason_of
from stackcheck.files.walk import Skip, walk
from stackcheck.settings.globs import matcher
from stackcheck.settings.options import DEFAULT_EXCLUDE, Settings
from stackcheck.settings.tables import Tables

SettingsOf = Callable[[Path], Settings]
CODE = frozenset({"python", "stub"})
TOOLING_FOLDERS = ("", "requirements", ".github/workflows", ".circleci")
# `_build`, `buck-out` and `dist` may be excluded from reports and hold modules all the same.
NEVER_INDEXED = frozenset(DEFAULT_EXCLUDE) - {"_build", "buck-out", "dist"} | {"__pycache__"}


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to look at. `path` is absolute; `explicit` is whether it was named itself."""

    path: Path
    kind: str
    explicit: bool = False


@dataclass(frozen=True, slots=True)
class Discovery:
    """What the paths led to. `missing` are spelled as they were named; reasons are STK000's."""

    files: tuple[FoundFile, ...]
    missing: tuple[Path, ...] = ()
    unreadable: tuple[tuple[Path, str], ...] = ()


def discover(paths: Sequence[Path], settings_of: SettingsOf) -> Discovery:
    """The files that the paths name or hold, by path, each real file once.

    `settings_of` gives the settings of the files in a folder. A named path bypasses `exclude`
    unless `force-exclude`; what git ignores is passed over only while walking.
    """
    found: list[tuple[FoundFile, str]] = []
    missing: list[Path] = []
    unreadable: dict[Path, str] = {}
    for path in paths:
        absolute = Path(os.path.abspath(path))
        try:
            is_folder = bool(os.stat(absolute)) and absolute.is_dir()
        except (FileNotFoundError, NotADirectoryError, ValueError):
            missing.append(path)
            continue
        except OSError as error:
            unreadable[absolute] = reason_of(error)
            continue
        if _is_forced_out(absolute, settings_of):
            continue
        if is_folder:
            found += _below(str(absolute), settings_of, unreadable)
        else:
            kind = kind_named(absolute.name, str(absolute.parent))
            found.append((FoundFile(absolute, kind, explicit=True), os.path.realpath(absolute)))
    return Discovery(_once_each(found), tuple(missing), tuple(sorted(unreadable.items())))


def tooling_files(root: Path) -> tuple[FoundFile, ...]:
    """The project's own tooling files: those at its root and in the folders made for them."""
    return tuple(
        FoundFile(Path(entry.path), kind)
        for folder in TOOLING_FOLDERS
        for entry in _files_in(os.path.join(root, folder).rstrip("/") or "/")
        if (kind := kind_of(entry.name, os.path.dirname(entry.path))) and kind not in CODE
    )


def list_project_files(root: Path, settings: Settings, tables: Tables) -> tuple[FoundFile, ...]:
    """All modules of a project, for its index: excluded ones too, other projects' below not.

    Of a home folder, or of `/`, only the files right in it.
    """
    flat = is_too_wide(root)

    def opening(folder: str, names: Collection[str]) -> Skip | None:
        if folder != str(root) and (flat or "pyvenv.cfg" in names or not is_within(Path(folder), names, root, tables)):
            return None
        return lambda path, name: name in NEVER_INDEXED

    met = walk(str(root), opening, settings.respect_gitignore)
    files = [FoundFile(Path(path), kind) for path, kind, _, reason in met if kind in CODE and not reason]
    return tuple(sorted(files, key=lambda file: str(file.path)))


def _below(top: str, settings_of: SettingsOf, unreadable: dict[Path, str]) -> Iterator[tuple[FoundFile, str]]:
    """The files in a folder, each with its real path."""
    real = os.path.realpath(top)
    # Few settings serve many folders, and to look a matcher up is to hash all of its globs.
    matchers: dict[int, tuple[Settings, Skip]] = {}

    def opening(folder: str, names: Collection[str]) -> Skip | None:
        settings = settings_of(Path(folder))
        if id(settings) not in matchers:
            matchers[id(settings)] = (settings, matcher(settings.exclude + settings.extend_exclude))
        excluded = matchers[id(settings)][1]
        if settings.tooling_files:
            return excluded
        return lambda path, name: excluded(path, name) or kind_of(name, folder) not in {*CODE, None}

    for path, kind, link, reason in walk(top, opening, settings_of(Path(top)).respect_gitignore):
        if reason:
            unreadable[Path(path)] = reason
        else:
            where = os.path.realpath(path) if link else real + path[len(top) :]
            yield FoundFile(Path(path), kind), where


def _is_forced_out(path: Path, settings_of: SettingsOf) -> bool:
    settings = settings_of(path.parent)
    if not settings.force_exclude:
        return False
    excluded = matcher(settings.exclude + settings.extend_exclude)
    for above in (path, *path.parents):
        if above == settings.root:
            return False
        if excluded(str(above), above.name):
            return True
    return False


def _once_each(found: list[tuple[FoundFile, str]]) -> tuple[FoundFile, ...]:
    """By path, the first spelling of each real file; explicit if any of its spellings was."""
    first: dict[str, FoundFile] = {}
    for file, real in sorted(found, key=lambda item: str(item[0].path)):
        known = first.setdefault(real, file)
        if file.explicit and not known.explicit:
            first[real] = replace(known, explicit=True)
    return tuple(first.values())


def _files_in(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted((entry for entry in entries if entry.is_file()), key=lambda entry: entry.name)
    except OSError:
        return []
