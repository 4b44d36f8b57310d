"""Dependencies without `yield` that return what they have made: what a session dependency must not do."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline, Span, expr_of, span_reader
from stackcheck_rules.analyses._task_sites import Site, sites_of
from stackcheck_rules.analyses.dependencies import dependencies

MADE = {"call", "enter", "item", "await"}


class Return(NamedTuple):
    """`return value`; `made` is the value, or what its name was given, once.

    `place` is `last` where nothing comes after it but the ends of `with`, `for` and `try` blocks, `before` where
    only what cannot be reached does, else empty; `only` is whether the function has no other `return`.
    """

    function: str
    value: Expr
    made: Expr
    span: Span
    place: str
    only: bool


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]) -> Mapping[str, tuple[str, ...]]:
    """file -> qualnames of its dependencies that return what they have made: few, so that only they are read."""
    found: dict[str, list[str]] = {}
    for file, name in evaluator.merged(dependencies.name):
        outline = evaluator.project.outline(file)
        scope = outline.scopes.get(name)
        if scope is not None and not scope.yields and any(made_by(value, outline, name) for value in scope.values):
            found.setdefault(file, []).append(name)
    return {file: tuple(names) for file, names in found.items()}


def returns_of(name: str, node: ast.AST, outline: Outline, text: str) -> Iterator[Return]:
    """The `return`s of what a function has made."""
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    span = span_reader(text)
    returns = [site.node for site in sites_of(node.body, Site(node)) if isinstance(site.node, ast.Return)]
    for statement in returns:
        value = expr_of(statement.value)
        made = made_by(value, outline, name)
        if made is not None:
            yield Return(name, value, made, span(statement), place_of(statement, node.body), len(returns) == 1)


def made_by(value: Expr, outline: Outline, function: str) -> Expr | None:
    """What makes a value that a function returns; None for what it was given."""
    if value[0] == "name":
        bindings = outline.scopes[function].bindings.get(value[1], ())
        value = bindings[0].expr if len(bindings) == 1 else ("other",)
    return value if value[0] in MADE else None


def place_of(statement: ast.stmt, body: list[ast.stmt]) -> str:
    """Where a `return` stands in a block, or in those in which it ends."""
    if statement in body:
        return "last" if body[-1] is statement else "before"
    match body[-1]:
        case ast.With(body=inner) | ast.AsyncWith(body=inner) | ast.For(body=inner) | ast.AsyncFor(body=inner):
            return place_of(statement, inner)
        case ast.Try(body=inner, orelse=after):
            found = place_of(statement, inner)
            return "before" if found and after else found
    return ""


dependency_returns = Analysis("dependency-returns", merge=merge)
