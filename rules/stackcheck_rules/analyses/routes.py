"""Routes: functions decorated with a method of a router or an application.

Source: FastAPI's reference, pages APIRouter and FastAPI (the path operation decorators).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Context, Expr, Outline, Span

VERBS = {"get", "put", "post", "delete", "options", "head", "patch", "trace", "api_route"}


class Route(NamedTuple):
    """A function that looks like a route; `is_route` says whether it is one.

    `router` is the decorator's receiver, to be read in `outside`, the scope around the function.
    """

    function: str
    outside: str
    router: Expr
    verb: str
    path: str
    is_async: bool
    span: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Route]:
    for scope in outline.functions():
        for decorator in scope.decorators:
            match decorator:
                case ("call", ("attr", router, verb), positional, keywords) if verb in VERBS:
                    given = positional[0] if positional else dict(keywords).get("path", ("const", ""))
                    path = given[1] if given[0] == "const" and isinstance(given[1], str) else ""
                    yield Route(scope.qualname, scope.parent, router, verb, path, scope.is_async, scope.span)
                    break


routes = Analysis("routes", collect)


def is_route(route: Route, ctx: Context) -> bool:
    """Whether the receiver of the decorator is a router or an application."""
    return ctx.kind(route.router, route.outside).word in {"router", "app"}
