"""What git ignores: `.gitignore`, `.ignore` and `.git/info/exclude`, the deepest file first."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

from stackcheck.files.wildmatch import regex_of

SPECIAL = frozenset("*?[\\/")
Match = Callable[[str], object]


class Run(NamedTuple):
    """Consecutive lines of one sign. A folder is asked for as `name/`, and as a path with it."""

    ignores: bool
    names: frozenset[str]
    by_name: Match | None
    by_path: Match | None


class Rules(NamedTuple):
    """One ignore file: its folder, with a slash, and its runs of lines, the last one first."""

    base: str
    runs: tuple[Run, ...]

    def verdict(self, path: str, name: str, is_folder: bool) -> bool | None:
        """Whether this file ignores or keeps the path; None if it says nothing of it."""
        marked = f"{name}/" if is_folder else name
        inner = f"{path[len(self.base) :]}/" if is_folder else path[len(self.base) :]
        for ignores, names, by_name, by_path in self.runs:
            if (
                name in names
                or (is_folder and marked in names)
                or (by_name and by_name(marked))
                or (by_path and by_path(inner))
            ):
                return ignores
        return None


@dataclass(frozen=True, slots=True)
class Ignores:
    """The ignore files that apply in a folder, by descending right to decide."""

    dot: tuple[Rules, ...] = ()
    git: tuple[Rules, ...] = ()
    in_git: bool = False

    def ignored(self, path: str, name: str, is_folder: bool) -> bool:
        """Whether an entry of the folder is ignored."""
        for rules in (*self.dot, *self.git):
            verdict = rules.verdict(path, name, is_folder)
            if verdict is not None:
                return verdict
        return False

    def entering(self, folder: str, names: Collection[str]) -> Ignores:
        """The ignore files that apply in a folder below, which has entries of these names."""
        dot, git, in_git = self.dot, self.git, self.in_git
        if ".git" in names:
            git, in_git = _rules_of(_exclude_file(f"{folder}/.git"), folder), True
        if ".gitignore" in names and in_git:
            git = (*_rules_of(f"{folder}/.gitignore", folder), *git)
        if ".ignore" in names:
            dot = (*_rules_of(f"{folder}/.ignore", folder), *dot)
        return Ignores(dot, git, in_git)


def ignores_above(folder: str) -> Ignores:
    """The ignore files that apply to the folder from above it, up to the root of its repository."""
    above = []
    ignores = Ignores()
    inside = folder
    while not os.path.lexists(f"{inside}/.git"):
        parent = os.path.dirname(inside)
        if parent == inside:
            return ignores
        above.append(parent)
        inside = parent
    for parent in reversed(above):
        names = [name for name in (".git", ".gitignore", ".ignore") if os.path.lexists(f"{parent}/{name}")]
        ignores = ignores.entering(parent, names)
    return ignores


def _rules_of(path: str, folder: str) -> tuple[Rules, ...]:
    """The rules of an ignore file; none if it cannot be read, as git does."""
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except OSError:
        return ()
    lines = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").split("\n")
    runs = _runs(lines)
    return (Rules(folder.rstrip("/") + "/", runs),) if runs else ()


def _exclude_file(git: str) -> str:
    """`info/exclude` of a repository, whose `.git` may be a file that names the real one."""
    if not os.path.isdir(git):
        try:
            with open(git, encoding="utf-8", errors="surrogateescape") as file:
                git = os.path.join(os.path.dirname(git), file.read().removeprefix("gitdir:").strip())
            with open(f"{git}/commondir", encoding="utf-8", errors="surrogateescape") as file:
                git = os.path.join(git, file.read().strip())
        except OSError:
            pass
    return f"{git}/info/exclude"


def _runs(lines: list[str]) -> tuple[Run, ...]:
    runs: list[tuple[bool, list[str]]] = []
    for raw in lines:
        line = _without_spaces(raw.removesuffix("\r"))
        if line in ("", "!") or line.startswith("#"):
            continue
        ignores = not line.startswith("!")
        if not runs or runs[-1][0] != ignores:
            runs.append((ignores, []))
        runs[-1][1].append(line.removeprefix("!"))
    return tuple(_run(ignores, part) for ignores, part in reversed(runs))


def _run(ignores: bool, lines: list[str]) -> Run:
    names: set[str] = set()
    by_name: list[str] = []
    by_path: list[str] = []
    for line in lines:
        body = line.removesuffix("/")
        end = "/" if body != line else ""
        if SPECIAL.isdisjoint(body):
            names.add(body + end)
            continue
        try:
            regex = regex_of(body.removeprefix("/"))
        except ValueError:
            continue
        (by_path if "/" in body else by_name).append(regex + (end or "/?"))
    return Run(ignores, frozenset(names), _matching(by_name), _matching(by_path))


def _without_spaces(line: str) -> str:
    """The line without spaces at its end, but for an escaped one."""
    bare = line.rstrip(" ")
    escapes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if escapes % 2 and bare != line else bare


def _matching(regexes: list[str]) -> Match | None:
    return re.compile("|".join(regexes), re.DOTALL).fullmatch if regexes else None
