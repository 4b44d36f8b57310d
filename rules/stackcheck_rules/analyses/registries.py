"""Registries of sync sessions by thread: `scoped_session(factory)` in a global name."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Kind, Outline
from stackcheck_rules.analyses.served import role_of


class Registry(NamedTuple):
    """`name = expr` at module level, in a file that speaks of `scoped_session`."""

    name: str
    scope: str
    expr: Expr


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Registry]:
    if "scoped_session" not in text:
        return
    for name, bindings in outline.module.bindings.items():
        for binding in bindings:
            match binding.expr:
                case ("call", _, positional, keywords) if len(positional) < 2 and "scopefunc" not in dict(keywords):
                    yield Registry(name, binding.scope, binding.expr)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Registry, ...]]) -> Mapping[tuple[str, str], object]:
    """(file, name) of each; under ("", "") the names of all of them, by which uses are looked for."""
    found = {
        (file, one.name): True
        for file, candidates in facts.items()
        for one in (candidates if role_of(file) == "app" else ())
        if is_by_thread(evaluator.value(file, one.scope, one.expr), evaluator)
    }
    return {**found, ("", ""): tuple(sorted({name for _, name in found}))}


def is_by_thread(kind: Kind, evaluator: Evaluator) -> bool:
    if kind.word != "session-registry" or kind.symbol != "sqlalchemy.orm.scoped_session" or not kind.certain:
        return False
    return all((one if one.word == "session" else evaluator.instance(one)).word == "session" for one in kind.args)


registries = Analysis("registries", collect, merge)
