"""The classes below each class of the project, as (file, qualname)."""

from __future__ import annotations

from collections.abc import Mapping

from stackcheck import Analysis, Evaluator, Kind
from stackcheck_rules.analyses.heirs import heirs

Class = tuple[str, str]


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]) -> Mapping[Class, tuple[Class, ...]]:
    """Asked for by rules that require `heirs` too, whose facts are the classes that can have one above."""
    found: dict[Class, list[Class]] = {}
    for file in evaluator.project.files:
        for qualname in evaluator.project.facts(heirs.name, file):
            for ancestor in evaluator.ancestry(Kind("class", qualname, file)).classes[1:]:
                if ancestor.file:
                    found.setdefault((ancestor.file, ancestor.symbol), []).append((file, qualname))
    return {cls: tuple(below) for cls, below in found.items()}


descendants = Analysis("descendants", merge=merge)
