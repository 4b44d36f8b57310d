"""Awaited calls of methods that SQLAlchemy's asyncio classes and its results have, and that make no coroutine."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, nodes_of_type, span_reader
from stackcheck_rules.analyses._held_nodes import answers, called, held_in_functions
from stackcheck_rules.analyses.awaited_methods import NEVER_AWAITED

NAMES = frozenset().union(*NEVER_AWAITED.values())
# Of results these take nothing or a number; a session's `scalars(query)` is another method.
BARE = {"all", "first", "one", "one_or_none", "scalar", "scalar_one", "scalar_one_or_none", "fetchall", "fetchone"}
INDEXED = {"scalars"}


class AwaitedCall(NamedTuple):
    """`await receiver.name(…)`: `at` is the name, `whole` the `await` with its call, `call` the call alone.

    `linked` says that something is read of it: `(await result.first()).name`.
    """

    name: str
    scope: str
    receiver: Expr
    at: Span
    whole: Span
    call: Span
    linked: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[AwaitedCall]:
    if "await" not in text:
        return
    span = span_reader(text)
    awaits = [(node, asked) for node in nodes_of_type(tree, ast.Await) if (asked := receiver_in(node.value))]
    for held, receiver in answers(list(held_in_functions(awaits, tree, outline)), tree, outline, text):
        assert isinstance(held.node, ast.Await)
        name, at = called(held.node.value, span)
        linked = isinstance(held.parents.get(held.node), (ast.Attribute, ast.Subscript))
        yield AwaitedCall(name, held.scope.qualname, receiver, at, span(held.node), span(held.node.value), linked)


def receiver_in(node: ast.expr) -> ast.expr | None:
    """What a method is called on that could be one of the table's, by its name and its arguments."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name, value=value), args=args) if name in NAMES:
            if name in INDEXED and not all(isinstance(one, ast.Constant) for one in args):
                return None
            return value if name not in BARE or not args else None
    return None


awaited_calls = Analysis("awaited-calls", collect)
