"""Where a decorated function that is not async starts an event loop for a coroutine: `asyncio.run(work())`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, expr_of, span_reader
from stackcheck_rules.analyses._scoped_nodes import lines_of, scoped_nodes

NAMES = ("asyncio.run(", "run_until_complete(", "async_to_sync(")
STARTED = re.compile("|".join(map(re.escape, NAMES)))


class LoopStart(NamedTuple):
    """`starter(callee(…))` in the function `scope`, or `starter(callee)(…)`; `at` is the place of the starter."""

    scope: str
    starter: Expr
    callee: Expr
    at: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[LoopStart]:
    if not any(name in text for name in NAMES):
        return
    lines = lines_of(text, (match.start() for match in STARTED.finditer(text)))
    span = span_reader(text)
    for scope, node in scoped_nodes(tree, outline, lines):
        function = outline.scopes[scope]
        if function.form != "function" or function.is_async or not function.decorators:
            continue
        match node:
            case ast.Call(
                func=ast.Attribute(attr="run" | "run_until_complete") as starter,
                args=[ast.Call(func=callee), *_],
            ):
                yield LoopStart(scope, expr_of(starter), expr_of(callee), span(starter))
            case ast.Call(
                func=ast.Name(id="async_to_sync") | ast.Attribute(attr="async_to_sync") as starter, args=[callee]
            ):
                yield LoopStart(scope, expr_of(starter), expr_of(callee), span(starter))


loop_starts = Analysis("loop-starts", collect)
