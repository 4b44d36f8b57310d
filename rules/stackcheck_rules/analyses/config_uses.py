"""Where code reads a model's nested class: `User.Config`, which a fix would take away."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from stackcheck import Analysis, Evaluator, Outline


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterable[str]:
    if ".Config" not in text:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr="Config"):
                yield name


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[str, ...]]) -> Mapping[str, bool]:
    """Last name of whatever has its `Config` read, in any file: enough to leave that class alone."""
    return {name: True for names in facts.values() for name in names}


config_uses = Analysis("config-uses", collect, merge)
