"""Dependencies that the project also calls itself, by the names that stand before a parenthesis anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

from stackcheck import Analysis, Evaluator
from stackcheck_rules.analyses.dependencies import dependencies

CALLED = re.compile(r"(?<!def )\b(\w+)\s*\(")


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]) -> Mapping[tuple[str, str], bool]:
    """(file, qualname) of each dependency whose name is called somewhere: a fix cannot change what it gives."""
    named: dict[str, list[tuple[str, str]]] = {}
    for file, function in evaluator.merged(dependencies.name):
        named.setdefault(function.rpartition(".")[2], []).append((file, function))
    called: set[str] = set()
    for file in facts:
        text = evaluator.project.text_or_none(file) or ""
        if any(name in text for name in named.keys() - called):
            called |= named.keys() & set(CALLED.findall(text))
    return {function: True for name in called for function in named[name]}


dependency_calls = Analysis("dependency-calls", merge=merge)
