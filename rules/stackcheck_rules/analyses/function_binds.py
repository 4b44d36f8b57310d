"""Calls of `func.…` with an argument `bind`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, dotted, expr_of, span_reader
from stackcheck_rules.analyses._scoped_nodes import lines_of, scoped_nodes

BIND = re.compile(r"\bbind\s*=(?!=)")


class FunctionBind(NamedTuple):
    """`at` is the argument."""

    scope: str
    function: Expr
    at: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[FunctionBind]:
    if "func" not in text or not (lines := lines_of(text, (match.start() for match in BIND.finditer(text)))):
        return
    span = span_reader(text)
    for scope, node in scoped_nodes(tree, outline, lines):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and dotted(expr_of(node.func)):
            for word in node.keywords:
                if word.arg == "bind":
                    yield FunctionBind(scope, expr_of(node.func), span(word))


function_binds = Analysis("function-binds", collect, gate=frozenset({"bind"}))
