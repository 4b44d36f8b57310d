"""Calls of functions by name in a file, looked for only where such a name stands before a parenthesis."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stackcheck import Context, Expr, Kind, Span, expr_of, nodes_of_type, parents_of, parse_tree, span_reader, words_in
from stackcheck_rules.analyses._node_names import last_name
from stackcheck_rules.analyses._scope_at import scope_at


class NamedCall(NamedTuple):
    """A call with the node right around it; `scope` is the qualname of the definition that it stands in."""

    node: ast.Call
    parent: ast.AST
    scope: str
    span: Span

    @property
    def function(self) -> Expr:
        return expr_of(self.node.func)


def named_calls(names: Sequence[str], ctx: Context) -> Iterator[NamedCall]:
    """Calls of functions of some names, whatever those mean here."""
    words = words_in(ctx.text).intersection(names) if names else frozenset()
    present = {name for name in words if re.search(rf"(?<!def )\b{name}\s*\(", ctx.text)}
    if not present:
        return
    tree, span = parse_tree(ctx.text), span_reader(ctx.text)
    parents = parents_of(tree)
    for node in nodes_of_type(tree, ast.Call):
        if last_name(node.func) in present:
            place = span(node)
            yield NamedCall(node, parents[node], scope_at(place, ctx.outline), place)


def function_called(call: NamedCall, ctx: Context) -> Kind | None:
    """The function of the project that a call is certainly of."""
    kind = ctx.kind(call.function, call.scope)
    return kind if kind.word == "function" and kind.file and kind.certain else None
