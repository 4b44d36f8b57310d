"""Glob patterns as ruff reads them: `*` crosses `/`, a relative one is anchored or names a file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

SPECIAL = frozenset("*?[{\\")


class Glob(NamedTuple):
    """A pattern and the folder that a relative one starts from."""

    pattern: str
    root: Path


@lru_cache(maxsize=256)
def matcher(globs: tuple[Glob, ...]) -> Callable[[str, str], bool]:
    """Asks of an absolute path and its last part whether one of the globs matches either."""
    names: set[str] = set()
    paths: set[str] = set()
    name_globs: list[str] = []
    path_globs: list[str] = []
    for pattern, root in globs:
        base, rest = anchored(pattern, root)
        if SPECIAL.isdisjoint(rest):
            paths.add(os.path.join(base, rest).removesuffix("/"))
        else:
            path_globs.append(re.escape(base.rstrip("/") + "/") + regex_of(rest))
        if "/" not in pattern:
            if SPECIAL.isdisjoint(pattern):
                names.add(pattern)
            else:
                name_globs.append(regex_of(pattern))
    # `(?!)` matches nothing, where the empty pattern would match the empty text.
    match_path = re.compile("|".join(path_globs) or r"(?!)", re.DOTALL).fullmatch
    match_name = re.compile("|".join(name_globs) or r"(?!)", re.DOTALL).fullmatch

    def matches(path: str, name: str) -> bool:
        return name in names or path in paths or bool(match_name(name) or match_path(path))

    return matches


def anchored(pattern: str, root: Path) -> tuple[str, str]:
    """The literal folder that a pattern starts from, and what is left of the pattern."""
    if os.path.isabs(pattern):
        return "/", os.path.normpath(pattern).lstrip("/")
    rest = os.path.normpath(pattern)
    while rest == ".." or rest.startswith("../"):
        root, rest = root.parent, rest[3:]
    return str(root), "" if rest == "." else rest


def regex_of(pattern: str, star: str = ".*") -> str:
    """The pattern as a regular expression for the whole text. ValueError says what is wrong."""
    parts: list[str] = []
    depth = at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if pattern.startswith("**/", at - 1) and pattern[at - 2 : at - 1] in ("", "/"):
            parts.append("(?:.*/)?")
            at += 2
        elif pattern.startswith("**", at - 1):
            parts.append(".*")
            at += 1
        elif char == "*":
            parts.append(star)
        elif char == "?":
            parts.append("." if star == ".*" else "[^/]")
        elif char == "[":
            text, at = _class_of(pattern, at)
            parts.append(text)
        elif char == "{":
            depth += 1
            parts.append("(?:")
        elif char in ",}" and depth:
            depth -= char == "}"
            parts.append("|" if char == "," else ")")
        elif char == "\\" and at < len(pattern):
            parts.append(re.escape(pattern[at]))
            at += 1
        else:
            parts.append(re.escape(char))
    if depth:
        raise ValueError("the `{` is never closed")
    return f"(?:{''.join(parts)})"


def _class_of(pattern: str, at: int) -> tuple[str, int]:
    """The class that opens before `at`, and where it ends."""
    negated = pattern[at : at + 1] in ("!", "^")
    start = at + negated
    end = pattern.find("]", start + 1)
    if end < 0:
        raise ValueError("the `[` is never closed")
    inner = re.sub(r"([\\\[\]^&~|])", r"\\\1", pattern[start:end])
    text = f"[{'^' if negated else ''}{inner}]"
    try:
        re.compile(text)
    except re.error:
        raise ValueError(f"`{pattern[at - 1 : end + 1]}` is no class of characters") from None
    return text, end + 1
