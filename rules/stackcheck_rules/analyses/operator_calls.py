"""Calls of the operators of columns that SQLAlchemy 1.4 renamed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stackcheck import Analysis, Outline
from stackcheck_rules.analyses._call_facts import Call, calls_of

RENAMED = {
    "isnot": "is_not",
    "isnot_distinct_from": "is_not_distinct_from",
    "notilike": "not_ilike",
    "notin_": "not_in",
    "notlike": "not_like",
    "nullsfirst": "nulls_first",
    "nullslast": "nulls_last",
}


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Call]:
    return calls_of(tree, outline, text, RENAMED.keys())


operator_calls = Analysis("operator-calls", collect, gate=RENAMED.keys())
