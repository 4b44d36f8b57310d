"""Calls that may make coroutines of SQLAlchemy's, with no `await` right before them, and what becomes of those."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, expr_of, nodes_of_type, span_reader
from stackcheck_rules.analyses._coroutine_fates import AWAITED, UNKNOWN, Fate, fates
from stackcheck_rules.analyses._held_nodes import LITERALS, Held, answers, called, held_in_functions
from stackcheck_rules.analyses._name_reach import Parents
from stackcheck_rules.analyses.awaited_methods import AWAITED as TABLE
from stackcheck_rules.analyses.awaited_methods import OF_OBJECTS, WITHOUT_ARGUMENTS

NAMES = frozenset().union(*TABLE.values())
MENTIONED = ("async", "ession", "sqlalchemy", "sqlmodel")


class UnawaitedCall(NamedTuple):
    """`receiver.name(…)` with no `await` right before it; `written` is the receiver as it stands in the text.

    `at` is the name, `whole` the call, `fates` what becomes of it. `await_of` is the `await` whose operand begins with
    the call, as in `await db.execute(q).scalars()`, and `chain` the names of what is taken of it, empty ones for items
    and calls. `closed` says that no `await` may be written there, `ending` that it is in a `finally`.
    """

    name: str
    scope: str
    receiver: Expr
    written: Expr
    at: Span
    whole: Span
    fates: tuple[Fate, ...]
    await_of: Span | None
    chain: tuple[str, ...]
    closed: bool
    ending: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[UnawaitedCall]:
    if not any(word in text for word in MENTIONED):
        return
    awaited = {node.value for node in nodes_of_type(tree, ast.Await)}
    calls = [
        (node, asked) for node in nodes_of_type(tree, ast.Call) if (asked := receiver_in(node)) and node not in awaited
    ]
    became: dict[ast.AST, tuple[Fate, ...]] = {}
    pending = []
    for held in held_in_functions(calls, tree, outline):
        ends = [one for one in dict.fromkeys(fates(held.node, held.parents)) if one != UNKNOWN]
        if ends and AWAITED not in ends:
            became[held.node] = tuple(ends)
            pending.append(held)
    if not pending:
        return
    span = span_reader(text)
    for held, receiver in answers(pending, tree, outline, text):
        yield described(held, receiver, became[held.node], span)


def receiver_in(node: ast.Call) -> ast.expr | None:
    """What a method is called on that could be one of the table's, by its name and its arguments."""
    func = node.func
    if not isinstance(func, ast.Attribute) or func.attr not in NAMES:
        return None
    if func.attr in WITHOUT_ARGUMENTS and node.args:
        return None
    if func.attr in OF_OBJECTS and node.args and isinstance(node.args[0], LITERALS):
        return None
    return func.value if func.attr != "get" or len(node.args) + len(node.keywords) > 1 else None


def described(held: Held, receiver: Expr, became: tuple[Fate, ...], span: Callable[[ast.AST], Span]) -> UnawaitedCall:
    node, parents = held.node, held.parents
    name, at = called(node, span)
    chain = list(chain_of(node, parents))
    top = parents.get(chain[-1] if chain else node)
    return UnawaitedCall(
        name,
        held.scope.qualname,
        receiver,
        expr_of(held.asked),
        at,
        span(node),
        became,
        span(top) if chain and isinstance(top, ast.Await) else None,
        tuple([link.attr if isinstance(link, ast.Attribute) else "" for link in chain]),
        closed(node, parents),
        is_ending(node, parents),
    )


def chain_of(node: ast.AST, parents: Parents) -> Iterator[ast.AST]:
    """The attributes, items and calls that are taken of an expression, from the nearest outward."""
    while True:
        match parents.get(node):
            case (ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Call(func=inner)) as outer if (
                inner is node
            ):
                yield outer
                node = outer
            case _:
                return


def closed(node: ast.AST, parents: Parents) -> bool:
    """Whether no `await` may be written at a node: it stands in a `lambda`, or would make a generator another one."""
    while node in parents:
        inside, node = node, parents[node]
        if isinstance(node, ast.Lambda):
            return True
        if isinstance(node, ast.GeneratorExp) and inside is not node.generators[0]:
            return True
        if (
            isinstance(node, ast.comprehension)
            and isinstance(parents[node], ast.GeneratorExp)
            and inside is not node.iter
        ):
            return True
    return False


def is_ending(node: ast.AST, parents: Parents) -> bool:
    """Whether a node stands in a `finally`."""
    while node in parents:
        inside, node = node, parents[node]
        if isinstance(node, (ast.Try, ast.TryStar)) and inside in node.finalbody:
            return True
    return False


unawaited_calls = Analysis("unawaited-calls", collect)
