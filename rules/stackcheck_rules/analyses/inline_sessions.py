"""Routes that open a session of their own in a `with` block which is the rest of their body."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline, Scope, Span, definitions, nodes_of, span_reader
from stackcheck_rules.analyses._references import read_files, references
from stackcheck_rules.analyses.routes import VERBS
from stackcheck_rules.analyses.session_providers import session_providers

# What a response may do with a session after the route has returned, and work that outlives it.
AFTERWARDS = re.compile(r"Stream|EventSource|\byield\b|add_task|create_task|gather\(|to_thread|threadpool|executor")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class InlineSession(NamedTuple):
    """`with made() as name:` at `span` in a route; `made` is the call."""

    function: str
    name: str
    made: Expr
    span: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[InlineSession]:
    if "with " not in text:
        return
    for scope in filter(looks_like_route, outline.functions()):
        named = ((name, bound[0].expr) for name, bound in scope.bindings.items() if len(bound) == 1)
        opened = [(name, expr[1]) for name, expr in named if expr[0] == "enter" and expr[1][0] == "call"]
        if len(opened) == 1:
            node = definitions(tree)[scope.number - 1]
            assert not isinstance(node, ast.ClassDef)
            lines = text.split("\n")[node.lineno - 1 : node.end_lineno]
            block = last_block(node)
            if block is not None and not AFTERWARDS.search("\n".join(lines)):
                yield InlineSession(scope.qualname, *opened[0], span_reader(text)(block))


def looks_like_route(scope: Scope) -> bool:
    return any(one[0] == "call" and one[1][0] == "attr" and one[1][2] in VERBS for one in scope.decorators)


def last_block(function: Function) -> ast.With | ast.AsyncWith | None:
    """The `with` block of one name that ends a body, but for what it returns."""
    for position, statement in enumerate(function.body):
        match statement:
            case (
                ast.With(items=[ast.withitem(optional_vars=ast.Name())])
                | ast.AsyncWith(items=[ast.withitem(optional_vars=ast.Name())])
            ):
                return statement if all(map(is_end, function.body[position + 1 :])) else None
    return None


def is_end(statement: ast.stmt) -> bool:
    """A `return` or `raise` that waits for nothing."""
    waits = any(isinstance(node, ast.Await) for node in nodes_of(statement))
    return isinstance(statement, (ast.Return, ast.Raise)) and not waits


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[InlineSession, ...]]) -> Mapping[tuple[str, str], bool]:
    """(file, function) of each that opens what a dependency could give, and whether anything but FastAPI calls it."""
    words = evaluator.merged(session_providers.name).keys()
    wanted = [
        (file, one.function)
        for file, found in facts.items()
        for one in (found if words else ())
        if evaluator.value(file, one.function, one.made).word in words
    ]
    files = read_files(evaluator, facts if wanted else ())
    return {home: "." in home[1] or references(home, files) != [] for home in wanted}


inline_sessions = Analysis("inline-sessions", collect, merge)
