"""Classes that extend something called `Query`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, definitions, expr_of, span_reader


class Extension(NamedTuple):
    """`class name(base)` in a scope; `at` is the place of the base."""

    name: str
    scope: str
    base: Expr
    at: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Extension]:
    if "Query" not in text or "sqlalchemy" not in text:
        return
    span = span_reader(text)
    for qualname, node in zip(outline.numbered()[1:], definitions(tree), strict=True):
        for base in node.bases if isinstance(node, ast.ClassDef) else ():
            yield Extension(node.name, outline.scopes[qualname].parent, expr_of(base), span(base))


query_classes = Analysis("query-classes", collect)
