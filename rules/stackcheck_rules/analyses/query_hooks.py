"""Whether a project changes what queries do: by the event `before_compile`, or by a query class of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from stackcheck import Analysis, Evaluator, Outline
from stackcheck_rules.analyses._words import words

# `select()` never asks either of them.
# https://docs.sqlalchemy.org/en/20/orm/events.html#sqlalchemy.orm.QueryEvents
HOOK = re.compile(r"[\"']before_compile(?:_update|_delete)?[\"']|\bquery_cls\s*=")
HOOKED = "hooked"  # the key under which the merged facts say so


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[str]:
    if HOOK.search(text):
        yield HOOKED


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[str, ...]]) -> Mapping[str, bool]:
    return {HOOKED: True} if any(facts.values()) else {}


query_hooks = Analysis(
    "query-hooks", collect, merge, gate=words("before_compile before_compile_update before_compile_delete query_cls")
)
