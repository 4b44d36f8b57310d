"""Functions without `yield` that return what they have made: what a session dependency must not do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, definitions, expr_of, span_reader
from stackcheck_rules.analyses._task_sites import Site, sites_of

MADE = {"call", "enter", "item", "await"}
MENTIONED = ("ession", "Local", "onnect", "factory")


class Return(NamedTuple):
    """`return value`; `made` is the value, or what its name was given, once.

    `last` is whether nothing comes after it but the ends of `with`, `for` and `try` blocks; `only` whether
    the function has no other `return`.
    """

    function: str
    value: Expr
    made: Expr
    span: Span
    last: bool
    only: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Return]:
    if not any(word in text for word in MENTIONED):
        return
    nodes, span = definitions(tree), span_reader(text)
    for scope in outline.functions():
        if scope.yields or not any(made_by(value, outline, scope.qualname) for value in scope.values):
            continue
        node = nodes[scope.number - 1]
        assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        returns = [site.node for site in sites_of(node.body, Site(node)) if isinstance(site.node, ast.Return)]
        for statement in returns:
            made = made_by(expr_of(statement.value), outline, scope.qualname)
            if made is not None:
                last = last_of(node.body) is statement
                yield Return(scope.qualname, expr_of(statement.value), made, span(statement), last, len(returns) == 1)


def made_by(value: Expr, outline: Outline, function: str) -> Expr | None:
    """What makes a value that a function returns; None for what it was given."""
    if value[0] == "name":
        bindings = outline.scopes[function].bindings.get(value[1], ())
        value = bindings[0].expr if len(bindings) == 1 else ("other",)
    return value if value[0] in MADE else None


def last_of(body: list[ast.stmt]) -> ast.stmt:
    """The statement after which a block, and those in which it ends, are over."""
    match body[-1]:
        case ast.With(body=inner) | ast.AsyncWith(body=inner) | ast.For(body=inner) | ast.AsyncFor(body=inner):
            return last_of(inner)
        case ast.Try(body=inner, orelse=[]):
            return last_of(inner)
    return body[-1]


dependency_returns = Analysis("dependency-returns", collect)
