"""Calls that give work to somebody else: a background task, a worker's queue, a thread, a process, a stream."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, expr_of, nodes_of, nodes_of_type, span_reader
from stackcheck_rules.analyses._node_names import last_name
from stackcheck_rules.analyses._scope_at import scope_at
from stackcheck_rules.analyses._words import words

NAMES = words("""
    BackgroundTask EventSourceResponse Process StreamingResponse Thread add_task apply_async delay enqueue kiq
    run_in_executor run_in_threadpool run_sync send send_with_options submit to_thread
""")
STREAMS = {"EventSourceResponse", "StreamingResponse"}


class Passed(NamedTuple):
    """What a call passes on, as it is written: an argument, or what one holds (a tuple, a lambda, a partial).

    Of calls only what is streamed counts: `StreamingResponse(words())`.
    """

    expr: Expr
    span: Span


class Handoff(NamedTuple):
    """`called(…)`, where `name` is the last part of `called`."""

    name: str
    scope: str
    called: Expr
    span: Span
    passed: tuple[Passed, ...]


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Handoff]:
    if not any(f"{name}(" in text for name in NAMES):
        return
    span = span_reader(text)
    for call in nodes_of_type(tree, ast.Call):
        name = last_name(call.func)
        if name in NAMES and (call.args or call.keywords):
            given = [*call.args, *(word.value for word in call.keywords)]
            streamed = [call.args[0]] if name in STREAMS and call.args and isinstance(call.args[0], ast.Call) else []
            inside = [*streamed, *(part for one in given for part in parts(one))]
            passed = tuple([Passed(expr_of(part), span(part)) for part in inside])
            if passed:
                at = span(call)
                yield Handoff(name, scope_at(at, outline), expr_of(call.func), at, passed)


def parts(node: ast.expr) -> Iterator[ast.expr]:
    """The names and attributes that an argument is, or that it holds without doing anything with them."""
    match node:
        case ast.Name() | ast.Attribute():
            yield node
        case ast.Call(func=called) if last_name(called) == "partial":
            for one in (*node.args, *(word.value for word in node.keywords)):
                yield from parts(one)
        case ast.Lambda(body=body):
            yield from (one for one in nodes_of(body) if isinstance(one, (ast.Name, ast.Attribute)))
        case ast.Tuple() | ast.List() | ast.Dict() | ast.Set():
            for inner in ast.iter_child_nodes(node):
                if isinstance(inner, ast.expr):
                    yield from parts(inner)


handoffs = Analysis("handoffs", collect, gate=NAMES)
