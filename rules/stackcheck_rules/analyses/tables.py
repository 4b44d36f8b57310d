"""Which class maps which table: by the string that `__tablename__` is bound to."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from stackcheck import Analysis, Evaluator, Outline


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[tuple[str, str]]:
    """(table, qualname) of each class that names its table."""
    if "__tablename__" in text:
        for scope in outline.classes():
            match [binding.expr for binding in scope.bindings.get("__tablename__", ())]:
                case [("const", str(table))]:
                    yield table, scope.qualname


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[tuple[str, str], ...]]) -> Mapping[str, tuple[str, str]]:
    """(file, qualname) of the one class of each table; a name that two classes use is left out."""
    found: dict[str, list[tuple[str, str]]] = {}
    for file, named in facts.items():
        for table, qualname in named:
            found.setdefault(table, []).append((file, qualname))
    return {table: classes[0] for table, classes in found.items() if len(classes) == 1}


tables = Analysis("tables", collect, merge, gate=frozenset({"__tablename__"}))
