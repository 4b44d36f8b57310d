"""Attributes of SQLAlchemy's Core by name, read or bound, each with what it is an attribute of at that place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, span_reader, uses
from stackcheck_rules.analyses._node_names import last_span
from stackcheck_rules.analyses._scoped_nodes import lines_of

NAMES = {"bind", "c", "columns", "froms"}
MENTIONED = re.compile(r"\.\s*(?:bind|c|columns|froms)\b(?!\s*\()")


class CoreAttribute(NamedTuple):
    """`receiver.name`, bound by an assignment where `stored`; `at` is the name, `whole` all of it."""

    name: str
    scope: str
    receiver: Expr
    at: Span
    whole: Span
    stored: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[CoreAttribute]:
    lines = lines_of(text, (match.end() - 1 for match in MENTIONED.finditer(text)))
    if not lines:
        return
    span = span_reader(text)

    def wanted(node: ast.AST) -> ast.expr | None:
        return node.value if isinstance(node, ast.Attribute) and node.attr in NAMES else None

    for use in uses(tree, outline, wanted, kinds=(ast.Attribute,), lines=lines, walrus=":=" in text):
        node = use.node
        assert isinstance(node, ast.Attribute)
        if isinstance(use.parent, ast.Call) and use.parent.func is node:
            continue
        whole = span(node)
        at = last_span(whole, node.attr)
        yield CoreAttribute(node.attr, use.scope, use.value, at, whole, not isinstance(node.ctx, ast.Load))


core_attributes = Analysis("core-attributes", collect, gate=NAMES)
