"""What tells a base of `declarative_base()` from a `DeclarativeBase`: their metaclass, and when classes are mapped.

The metaclass of the one is `DeclarativeMeta`, which maps a class once all `__init_subclass__` have run; the
other one maps in its own `__init_subclass__`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from stackcheck import Analysis, Evaluator, Kind, Outline, nodes_of, nodes_of_type
from stackcheck_rules.analyses._name_reads import annotations_of
from stackcheck_rules.analyses.heirs import heirs

MAPPED = {"orm", "orm-dataclass"}
METACLASS, HOOK = "DeclarativeMeta", "__init_subclass__"


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[tuple[str, str]]:
    """(`DeclarativeMeta`, "") where a file asks for it at run time; (`__init_subclass__`, qualname of its class)."""
    if METACLASS in text and reads_metaclass(tree):
        yield METACLASS, ""
    if HOOK in text:
        yield from ((HOOK, scope.qualname) for scope in outline.classes() if HOOK in scope.bindings)


def reads_metaclass(tree: ast.Module) -> bool:
    """Whether a file reads the name elsewhere than in annotations, or imports it under another one."""
    notes = {inner for node in nodes_of(tree) for note in annotations_of(node) for inner in nodes_of(note)}
    for node in nodes_of(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name == METACLASS and node not in notes:
                return True
    imported = (alias for statement in nodes_of_type(tree, ast.ImportFrom) for alias in statement.names)
    return any(alias.name == METACLASS and alias.asname for alias in imported)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[tuple[str, str], ...]]) -> Mapping[str, bool]:
    """Which of the two are found; a hook counts in mapped classes, their mixins and their bases."""
    found: dict[str, bool] = {}
    for file, each in facts.items():
        for what, qualname in each:
            words = {evaluator.instance(Kind("class", qualname, file)).word} if qualname else set(MAPPED)
            if words & MAPPED or MAPPED & set(evaluator.fact(heirs.name, (file, qualname)) or ()):
                found[what] = True
    return found


metaclass_uses = Analysis("metaclass-uses", collect, merge, gate=frozenset({METACLASS, HOOK}))
