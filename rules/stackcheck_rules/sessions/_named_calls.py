"""Calls of functions by name in a file, looked for only where such a name stands before a parenthesis."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stackcheck import Context, Expr, Kind, Span, expr_of, parse_tree, span_reader
from stackcheck_rules.analyses._scope_at import scope_at
from stackcheck_rules.analyses._task_sites import last_name


class NamedCall(NamedTuple):
    """A call with what stands around it, the nearest first; `scope` is the qualname of its definition."""

    node: ast.Call
    scope: str
    span: Span
    around: tuple[ast.AST, ...]

    @property
    def function(self) -> Expr:
        return expr_of(self.node.func)


def named_calls(names: Sequence[str], ctx: Context) -> Iterator[NamedCall]:
    """Calls of functions of some names, whatever those mean here."""
    present = {name for name in names if name in ctx.text and re.search(rf"(?<!def )\b{name}\s*\(", ctx.text)}
    if not present:
        return
    span = span_reader(ctx.text)
    stack: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(parse_tree(ctx.text), ())]
    while stack:
        node, around = stack.pop()
        if isinstance(node, ast.Call) and last_name(node.func) in present:
            place = span(node)
            yield NamedCall(node, scope_at(place, ctx.outline), place, around)
        stack.extend((child, (node, *around)) for child in ast.iter_child_nodes(node))


def function_called(call: NamedCall, ctx: Context) -> Kind | None:
    """The function of the project that a call is certainly of."""
    kind = ctx.kind(call.function, call.scope)
    return kind if kind.word == "function" and kind.file and kind.certain else None
