"""What a class is inherited by: mixins and abstract bases get their meaning from the classes below them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from stackcheck import Analysis, Evaluator, Kind, Outline

PLAIN = "instance"  # the word of a class that no table knows anything of


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[str]:
    """The qualname of every class that has a base or a decorator."""
    return (scope.qualname for scope in outline.classes() if scope.bases or scope.decorators or scope.keywords)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[str, ...]]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """(file, qualname) of each class with heirs of a known kind: the words of those."""
    found: dict[tuple[str, str], set[str]] = {}
    for file, qualnames in facts.items():
        for qualname in qualnames:
            kind = Kind("class", qualname, file)
            word = evaluator.instance(kind).word
            if word != PLAIN:
                for ancestor in evaluator.ancestry(kind).classes[1:]:
                    if ancestor.file:
                        found.setdefault((ancestor.file, ancestor.symbol), set()).add(word)
    return {key: tuple(sorted(words)) for key, words in found.items()}


heirs = Analysis("heirs", collect, merge)
