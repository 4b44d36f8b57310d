"""What code listens to: `event.listen(…)`, `@event.listens_for(…)`, with the event and the function that is called."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Context, Expr, Outline, Span, definitions, expr_of, span_reader
from stackcheck_rules.analyses._scoped_nodes import lines_of, scoped_nodes

FUNCTIONS = {"contains", "listen", "listens_for", "remove"}
CALLED = re.compile(rf"\b(?:{'|'.join(sorted(FUNCTIONS))})\s*\(")


class Listener(NamedTuple):
    """`function(target, event, handler)` in a scope; `at` and `said` are the places of target and event."""

    function: Expr
    scope: str
    target: Expr
    at: Span
    event: str
    said: Span
    handler: Expr


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Listener]:
    if "listen" not in text or "sqlalchemy" not in text:
        return
    span = span_reader(text)
    decorated: dict[ast.AST, str] = {}
    for qualname, definition in zip(outline.numbered()[1:], definitions(tree), strict=True):
        decorated.update(dict.fromkeys(definition.decorator_list, qualname))
    for scope, node in scoped_nodes(tree, outline, lines_of(text, (one.start() for one in CALLED.finditer(text)))):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[target, said, *rest]):
                if name not in FUNCTIONS or not isinstance(said, ast.Constant):
                    continue
                qualname = decorated.get(node, "")
                handler = ("def", qualname) if qualname else expr_of(rest[0] if rest else None)
                function = expr_of(node.func)
                yield Listener(function, scope, expr_of(target), span(target), str(said.value), span(said), handler)


def is_listening(listener: Listener, ctx: Context) -> bool:
    """Whether the function is one of SQLAlchemy's."""
    home, _, name = ctx.symbol(listener.function, listener.scope).rpartition(".")
    return home in {"sqlalchemy.event", "sqlalchemy.event.api"} and name in FUNCTIONS


event_listeners = Analysis("event-listeners", collect)
