"""What is wrong with the configuration, in one line that names the place and the way out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


class SettingsError(Exception):
    """Wrong configuration or command line; the text is one line for stderr, the exit code 2."""


def did_you_mean(word: str, names: Iterable[str], otherwise: str = "") -> str:
    """`; did you mean `select`?`, or what to say where no name is near."""
    from difflib import get_close_matches

    known = {name.lower(): name for name in names}
    near = get_close_matches(word.lower().replace("_", "-"), known, n=1)
    return f"; did you mean `{known[near[0]]}`?" if near else otherwise


def shown(path: Path, cwd: Path) -> str:
    """The path as reports spell it: relative below `cwd`, and always on one line."""
    text = str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)
    return text if text.isprintable() else ascii(os.fspath(text))[1:-1]
