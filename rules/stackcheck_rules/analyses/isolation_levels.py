"""Whether any file of a project speaks of isolation levels or autocommit: connections may commit by themselves then."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from stackcheck import Analysis, Evaluator, Outline

MENTIONED = re.compile(r"isolation_level|AUTOCOMMIT|autocommit(?!\s*=\s*False)")
WORDS = ("isolation_level", "autocommit", "AUTOCOMMIT")  # plain text is found faster than a pattern
ANYWHERE = "anywhere"


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[bool]:
    if any(word in text for word in WORDS) and MENTIONED.search(text):
        yield True


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[bool, ...]]) -> Mapping[str, bool]:
    return {ANYWHERE: any(facts.values())}


isolation_levels = Analysis("isolation-levels", collect, merge)
