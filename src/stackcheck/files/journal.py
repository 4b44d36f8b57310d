"""Texts of several files written together or not at all, even across a crash.

All new texts lie beside their targets before the journal names them; once it does, the set counts as
decided: whoever finds an open journal renames what is still to be renamed. Before that, nothing has
changed and what lies about is dropped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from stackcheck.files.source import Source, encode_source, reason_of
from stackcheck.files.write import WriteError, commit, prepare

NAME = ".stackcheck-journal.json"


def write_set(root: Path, texts: Mapping[Path, tuple[Source | None, str]]) -> None:
    """Write some texts together. A file without a source is created; it must not exist yet.

    WriteError if any of them cannot be written; then none is.
    """
    prepared: dict[Path, Path] = {}
    try:
        for path, (source, text) in texts.items():
            prepared[path] = prepare(source, text) if source else prepare_new(path, text)
        write_journal(root / NAME, [[str(new), os.path.realpath(path)] for path, new in prepared.items()])
    except WriteError:
        for temporary in prepared.values():
            temporary.unlink(missing_ok=True)
        raise
    finish(root)


def write_journal(journal: Path, entries: list[list[str]]) -> None:
    try:
        with open(journal, "w", encoding="utf-8", errors="surrogateescape") as file:
            json.dump(entries, file)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if journal.is_file():
            journal.unlink()
        raise WriteError(f"cannot write {journal.name}: {reason_of(error)}") from None


def prepare_new(path: Path, text: str) -> Path:
    """The text of a file that does not exist yet, beside its place."""
    if path.exists():
        raise WriteError(f"{path.name} exists already")
    temporary = path.with_name(f".{path.name}.new.stackcheck")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(encode_source(Source(path, ""), text))
    except OSError as error:
        raise WriteError(f"cannot create {path.name}: {error.strerror}") from None
    return temporary


def finish(root: Path) -> bool:
    """Finish an open set of a project; whether there was one. A journal that is not whole is dropped.

    WriteError if a file of the set cannot be put in its place; the journal then stays.
    """
    journal = root / NAME
    if not journal.is_file():
        return False
    try:
        entries = json.loads(journal.read_text(encoding="utf-8", errors="surrogateescape"))
    except (OSError, ValueError):
        entries = []
    for temporary, target in entries:
        if Path(temporary).is_file():
            commit(Path(temporary), Path(target))
    journal.unlink(missing_ok=True)
    return True
