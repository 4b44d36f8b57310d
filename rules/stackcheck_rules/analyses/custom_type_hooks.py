"""Hooks by which a class told Pydantic 1 how to validate and describe it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Outline, Span

V1 = "pydantic.v1"
VALIDATORS, SCHEMA = "__get_validators__", "__modify_schema__"


class Hook(NamedTuple):
    """A class that binds a hook, in its own body; `at` is the name."""

    owner: str
    name: str
    at: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Hook | str]:
    if any(f"{name}.".startswith("pydantic.v1.") for name in outline.imports):
        yield V1
    if VALIDATORS not in text and SCHEMA not in text:
        return
    lines = text.split("\n")
    for scope in outline.classes():
        for name in (VALIDATORS, SCHEMA):
            for binding in scope.bindings.get(name, ()):
                line = binding.span.line
                column = lines[line - 1].find(name) + 1
                if column:
                    yield Hook(scope.qualname, name, Span(line, column, line, column + len(name)))


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Hook | str, ...]]) -> Mapping[str, bool]:
    """Whether a file of the project uses the Pydantic 1 inside Pydantic 2."""
    return {V1: True} if any(V1 in each for each in facts.values()) else {}


custom_type_hooks = Analysis("custom-type-hooks", collect, merge, gate=frozenset({"pydantic", VALIDATORS, SCHEMA}))
