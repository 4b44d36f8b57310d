"""One folder, top down: what lies in it, without what is ignored or skipped."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from stackcheck.files.ignore import Ignores, ignores_above
from stackcheck.files.kinds import kind_of
from stackcheck.files.source import reason_of

# Asks of an entry's path and name whether to pass it over.
Skip = Callable[[str, str], bool]
# Gives the question for a folder with entries of these names, or None: do not enter.
Opening = Callable[[str, Collection[str]], Skip | None]


class Met(NamedTuple):
    """A file, or what cannot be read: `reason` says why, `kind` is empty for a folder."""

    path: str
    kind: str
    link: bool = False
    reason: str = ""


def walk(top: str, opening: Opening, gitignore: bool) -> Iterator[Met]:
    """Every file of a known kind below the folder.

    Links to folders are not followed, so no loop can be entered; links to files are, and one
    that leads nowhere is met with the reason. Pipes, sockets and devices are not files.
    """
    pending = [(top, ignores_above(top) if gitignore else Ignores())]
    while pending:
        folder, above = pending.pop()
        try:
            with os.scandir(folder) as scanned:
                entries = sorted(scanned, key=lambda entry: entry.name)
        except OSError as error:
            yield Met(folder, "", reason=reason_of(error))
            continue
        names = {entry.name for entry in entries}
        skip = opening(folder, names)
        if skip is None:
            continue
        ignores = above.entering(folder.rstrip("/"), names) if gitignore else above
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            kind = "" if is_folder else kind_of(entry.name, folder)
            if kind is None or skip(entry.path, entry.name):
                continue
            if ignores.ignored(entry.path, entry.name, is_folder):
                continue
            if is_folder:
                pending.append((entry.path, ignores))
            elif entry.is_file(follow_symlinks=False):
                yield Met(entry.path, kind)
            elif entry.is_symlink():
                yield from _linked(entry, kind)


def _linked(entry: os.DirEntry[str], kind: str) -> Iterator[Met]:
    try:
        os.stat(entry.path)
    except OSError as error:
        yield Met(entry.path, kind, link=True, reason=reason_of(error))
        return
    if entry.is_file():
        yield Met(entry.path, kind, link=True)
