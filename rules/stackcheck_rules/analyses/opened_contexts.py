"""What `with` and `for` of functions open and loop over, where it could be a session, a connection or their rows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, nodes_of_type, span_reader
from stackcheck_rules.analyses._held_nodes import answers, held_in_functions

MENTIONED = ("ession", "sqlalchemy", "sqlmodel", "async", "sqlite3", "psycopg")
Statement = ast.With | ast.AsyncWith | ast.For | ast.AsyncFor


class Opened(NamedTuple):
    """`with expr`, `async with expr`, `for … in expr`, `async for … in expr`; `word` says which.

    `at` is the expression, `start` where the statement begins; `alone` says that it opens nothing else.
    """

    word: str
    scope: str
    expr: Expr
    at: Span
    start: Span
    alone: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Opened]:
    if not any(name in text for name in MENTIONED):
        return
    loops = nodes_of_type(tree, ast.For) if "stream" in text else ()
    statements: list[Statement] = [
        *nodes_of_type(tree, ast.With),
        *nodes_of_type(tree, ast.AsyncWith),
        *nodes_of_type(tree, ast.AsyncFor),
        *loops,
    ]
    span = span_reader(text)
    pairs = [(node, asked) for node in statements for asked in asked_of(node)]
    for held, expr in answers(list(held_in_functions(pairs, tree, outline)), tree, outline, text):
        assert isinstance(held.node, Statement)
        start = span(held.node)._replace(end_line=held.node.lineno)
        yield Opened(
            WORDS[type(held.node)],
            held.scope.qualname,
            expr,
            span(held.asked),
            start,
            len(list(asked_of(held.node))) == 1,
        )


def asked_of(node: Statement) -> Iterator[ast.expr]:
    if isinstance(node, (ast.With, ast.AsyncWith)):
        yield from (item.context_expr for item in node.items)
    elif isinstance(node, ast.AsyncFor) or isinstance(node.iter, (ast.Await, ast.Name, ast.Call)):
        yield node.iter


WORDS = {ast.With: "with", ast.AsyncWith: "async with", ast.For: "for", ast.AsyncFor: "async for"}

opened_contexts = Analysis("opened-contexts", collect)
