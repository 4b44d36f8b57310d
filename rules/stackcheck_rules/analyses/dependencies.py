"""Dependencies: functions that FastAPI calls because they stand in `Depends(…)` somewhere.

Source: FastAPI's tutorial, "Dependencies".
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from stackcheck import Analysis, Evaluator, Expr, Outline, expr_of, nodes_of

MARKERS = {"Depends", "Security"}
Provider = tuple[str, Expr, Expr]  # (scope, marker, what it is given)


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Provider]:
    if "Depends" not in text and "Security" not in text:
        return
    # Providers are module-level functions nearly always: the module's scope reads them right.
    for node in nodes_of(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[given, *_]) if name in MARKERS:
                yield "", expr_of(node.func), expr_of(given)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in MARKERS:
                for word in node.keywords:
                    if word.arg == "dependency":
                        yield "", expr_of(node.func), expr_of(word.value)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Provider, ...]]) -> Mapping[tuple[str, str], bool]:
    """(file, qualname) of each function that is a dependency."""
    found = {}
    for file, providers in facts.items():
        for scope, marker, given in dict.fromkeys(providers):
            if evaluator.value(file, scope, marker).symbol in {"fastapi.Depends", "fastapi.Security"}:
                kind = evaluator.value(file, scope, given)
                if kind.word == "function":
                    found[kind.file, kind.symbol] = True
    return found


dependencies = Analysis("dependencies", collect, merge, gate=MARKERS)
