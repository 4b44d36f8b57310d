"""Classes of which two members have one value: of an enumeration the second is an alias of the first."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from stackcheck import Analysis, Evaluator, Outline, Scope

Fact = tuple[str, tuple[str, ...]]


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Fact]:
    """(qualname, names of the members that are aliases) of each class that has some."""
    if "Enum" in text or "Flag" in text:
        for scope in outline.classes():
            if found := tuple(aliases(scope)):
                yield scope.qualname, found


def aliases(scope: Scope) -> Iterator[str]:
    seen: set[object] = set()
    members: set[str] = set()
    for name, bindings in scope.bindings.items():
        if name.startswith("_") or len(bindings) != 1:
            continue
        match bindings[0].expr:
            case ("name", str(other)) if other in members:
                yield name
            case ("const", value) if value in seen:
                yield name
            case ("const", value):
                members.add(name)
                seen |= {value} - {""}  # a long string is read as an empty one
            case ("tuple" | "call", *_):
                members.add(name)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Fact, ...]]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    return {(file, qualname): found for file, classes in facts.items() for qualname, found in classes}


enum_aliases = Analysis("enum-aliases", collect, merge)
