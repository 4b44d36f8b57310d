"""Where ruff keeps its settings, and the edits that bring linter settings under `lint`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from stackcheck import TextEdit, TomlDocument, TomlStatement

PLACES = {"pyproject.toml": ("tool", "ruff"), "ruff.toml": (), ".ruff.toml": ()}

# Each was given to ruff 0.17.6 at the top level: these are the ones it warns of.
LINTER_KEYS = frozenset(
    {
        "allowed-confusables",
        "dummy-variable-rgx",
        "explicit-preview-rules",
        "extend-fixable",
        "extend-ignore",
        "extend-per-file-ignores",
        "extend-safe-fixes",
        "extend-select",
        "extend-unfixable",
        "extend-unsafe-fixes",
        "external",
        "fixable",
        "flake8-annotations",
        "flake8-bandit",
        "flake8-boolean-trap",
        "flake8-bugbear",
        "flake8-builtins",
        "flake8-comprehensions",
        "flake8-copyright",
        "flake8-errmsg",
        "flake8-gettext",
        "flake8-implicit-str-concat",
        "flake8-import-conventions",
        "flake8-pytest-style",
        "flake8-quotes",
        "flake8-self",
        "flake8-tidy-imports",
        "flake8-type-checking",
        "flake8-unused-arguments",
        "ignore",
        "ignore-init-module-imports",
        "isort",
        "logger-objects",
        "mccabe",
        "pep8-naming",
        "per-file-ignores",
        "pycodestyle",
        "pydocstyle",
        "pyflakes",
        "pylint",
        "pyupgrade",
        "select",
        "task-tags",
        "typing-modules",
        "unfixable",
    }
)

COMMENT_LINES = re.compile(r"(?:[ \t]*#[^\n]*(?:\n|\Z))*")
BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)+")
BLANK_LINES_BEFORE = re.compile(r"(?:(?<=\n)|\A)(?:[ \t]*\r?\n)+\Z")


@dataclass(frozen=True)
class Move:
    """Keys of a ruff configuration on their way under `lint`; `place` is ruff's table."""

    document: TomlDocument
    place: tuple[str, ...]
    keys: frozenset[str]

    def edits(self) -> tuple[TextEdit, ...]:
        """The edits; none if the text that they make would not say what is wanted."""
        edits = tuple(sorted([*self.prefixes(), *self.line_moves()]))
        after = self.document.edited(edits)
        return edits if after and after.values == self.wanted() else ()

    def wanted(self) -> Mapping[str, Any]:
        settings = self.document.value(*self.place)
        values = {key: value for key, value in settings.items() if key not in self.keys}
        values["lint"] = {**settings.get("lint", {}), **{key: settings[key] for key in self.keys}}
        for depth in reversed(range(len(self.place))):
            values = {**self.document.value(*self.place[:depth]), self.place[depth]: values}
        return values

    def prefixes(self) -> Iterator[TextEdit]:
        """A header gets `lint` into its name, and so does a dotted key that has to stay where it is."""
        for statement in self.moving:
            if statement not in self.lines:
                above = 0 if statement.kind != "value" else len(statement.table)
                start = statement.parts[len(self.place) - above]
                yield TextEdit(start, start, "lint.")

    def line_moves(self) -> Iterator[TextEdit]:
        """The other keys move with their lines, or get a header if no key stays behind."""
        text, newline = self.document.text, self.newline
        header, lint = self.header(*self.place), self.header(*self.place, "lint")
        if not self.lines:
            return
        if not lint and self.lines == self.own(self.place):
            start = header.key_end if header else self.lines[0].line_start
            yield TextEdit(start, start, ".lint" if header else f"[lint]{newline}")
            return
        runs = [*self.runs()]
        at = self.end_of((*self.place, "lint") if lint else self.place)
        moved = "".join(text[start:end] + ("" if text[end - 1] == "\n" else newline) for start, end in runs)
        if not lint:
            name = f"{text[header.parts[0] : header.key_end]}.lint" if header else "lint"
            follows = at < len(text) and not BLANK_LINES.match(text, at)
            moved = f"{newline}[{name}]{newline}{moved}{newline if follows else ''}"
        holes = [self.hole(start, end, at) for start, end in runs]
        if at not in (end for _, end in holes):
            holes.append((at, at))
        for start, end in holes:
            yield TextEdit(start, end, self.fitted(moved, start, end) if end == at else "")

    def fitted(self, moved: str, start: int, end: int) -> str:
        """The new lines, in a file whose last line may lack its newline."""
        text = self.document.text
        if start and text[start - 1] != "\n":
            moved = self.newline + moved
        if end == len(text) and text[-1] != "\n":
            moved = moved.removesuffix(self.newline)
        return moved

    def runs(self) -> Iterator[tuple[int, int]]:
        """The lines to move; those with only blank lines between them go together."""
        pairs = enumerate(pairwise(self.lines), 1)
        breaks = [i for i, (a, b) in pairs if self.document.text[a.line_end : b.line_start].strip()]
        for first, stop in pairwise([0, *breaks, len(self.lines)]):
            yield self.lines[first].line_start, self.lines[stop - 1].line_end

    def hole(self, start: int, end: int, at: int) -> tuple[int, int]:
        """What a run leaves, with the blank lines that would be left over; `at` is where the run goes."""
        text = self.document.text
        before = BLANK_LINES_BEFORE.search(text, 0, start)
        after = BLANK_LINES.match(text, end)
        if before and (after or end in (at, len(text))):
            return before.start(), end
        header = self.header(*self.place)
        staying = {s.line_start for s in self.own(self.place) if s not in self.lines}
        if after and after.end() in staying and start == (header.line_end if header else 0):
            return start, after.end()
        return start, end

    def end_of(self, table: tuple[str, ...]) -> int:
        """Behind a table's last key and the comment lines right below it."""
        header = self.header(*table)
        last = [*([header] if header else []), *self.own(table)][-1]
        limit = next((s.line_start for s in self.document.statements if s.start > last.start), None)
        match = COMMENT_LINES.match(self.document.text, last.line_end, limit or len(self.document.text))
        return match.end() if match else last.line_end

    def header(self, *path: str) -> TomlStatement | None:
        return next((s for s in self.document.statements if s.kind == "table" and s.path == path), None)

    def own(self, table: tuple[str, ...]) -> list[TomlStatement]:
        return [s for s in self.document.statements if s.kind == "value" and s.table == table]

    @cached_property
    def moving(self) -> list[TomlStatement]:
        depth = len(self.place)
        below = [s for s in self.document.below(*self.place) if self.keys.intersection(s.path[depth : depth + 1])]
        return [s for s in below if s.kind != "value" or len(s.table) <= depth]

    @cached_property
    def lines(self) -> list[TomlStatement]:
        lint = self.document.below(*self.place, "lint")
        if any(s.kind == "value" and len(s.table) <= len(self.place) for s in lint):
            return []  # `lint.select = …` closes the table to a header of its own
        return [s for s in self.moving if s.kind == "value" and s.table == self.place]

    @cached_property
    def newline(self) -> str:
        return "\r\n" if "\r\n" in self.document.text else "\n"
