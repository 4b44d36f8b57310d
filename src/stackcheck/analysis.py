"""An analysis: small facts taken from each file, merged over the project, asked for by rules."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stackcheck.index.words import words_in

if TYPE_CHECKING:
    from stackcheck.index.evaluator import Evaluator
    from stackcheck.index.outline import Outline

Facts = tuple[Any, ...]


def no_facts(tree: ast.Module, outline: Outline, text: str) -> Iterable[Any]:
    return ()


def no_merge(evaluator: Evaluator, facts: Mapping[str, Facts]) -> Mapping[Any, Any]:
    return {}


@dataclass(frozen=True)
class Analysis:
    """Shared knowledge of several rules.

    `collect` sees one file's `ast` once and returns plain, hashable values: strings, numbers,
    tuples, spans. `merge` gets those of every file, by file, and returns a mapping of plain values;
    whoever asks for a key depends on that entry alone. Neither keeps anything between calls.
    `gate` are words of which at least one stands in every file that has facts; without any, `collect`
    sees all files.
    """

    name: str
    collect: Callable[[ast.Module, Outline, str], Iterable[Any]] = no_facts
    merge: Callable[[Evaluator, Mapping[str, Facts]], Mapping[Any, Any]] = no_merge
    gate: Set[str] = frozenset()

    def may_find(self, text: str) -> bool:
        """Whether a file with this text may have facts."""
        return not self.gate or not self.gate.isdisjoint(words_in(text))
