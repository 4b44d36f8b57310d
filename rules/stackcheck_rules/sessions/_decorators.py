"""Decorators of a function: where they stand, and how one goes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stackcheck import Context, Scope, Span, span_reader
from stackcheck_rules.sessions._functions import nodes_by_number
from stackcheck_rules.sessions._line_edits import code, line_end


def decorator_spans(function: Scope, ctx: Context) -> Sequence[Span]:
    node = nodes_by_number(ctx.text)[function.number - 1]
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    span = span_reader(ctx.text)
    return [span(decorator) for decorator in node.decorator_list]


def without_decorator(at: int, function: Scope, ctx: Context) -> list[tuple[Span, str]]:
    """The edit that takes a decorator's lines away; none where a comment would go with them."""
    span = decorator_spans(function, ctx)[at]
    whole = Span(span.line, 1, span.end_line + 1, 1)
    if "#" in code(Span(span.line, 1, *line_end(span.end_line, ctx)[2:]), ctx):
        return []
    return [(whole, "")]
