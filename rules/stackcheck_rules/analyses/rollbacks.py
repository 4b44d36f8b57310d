"""What is read after `await session.rollback()`, as far as one block shows it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, definitions, expr_of, nodes_of, span_reader
from stackcheck_rules.analyses._taken_names import blocks_of

INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
# After these nothing may be left to roll back.
ENDING = {"begin", "begin_nested", "close", "commit", "expunge", "expunge_all", "reset"}


class Read(NamedTuple):
    """`name.attribute`"""

    name: str
    attribute: str
    span: Span


class Rollback(NamedTuple):
    """`await session.rollback()` at `span`, and what is read after it in the same block before the session is used
    again.

    `caught` is what the handler around it catches; `doubts` are the lines above of what may have ended the
    transaction already.
    """

    scope: str
    session: str
    span: Span
    reads: tuple[Read, ...]
    caught: Expr
    doubts: tuple[int, ...]


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Rollback]:
    if ".rollback()" not in text or "await " not in text:
        return
    span = span_reader(text)
    for number, function in enumerate(definitions(tree), start=1):
        if isinstance(function, ast.AsyncFunctionDef):
            scope = outline.numbered()[number]
            doubts = set(doubts_in(function))
            for session, statement, following, caught in rolled_back(function, None):
                reads = tuple(reads_in(following, session, span))
                if reads:
                    before = sorted(line for line, name in doubts if name == session and line < statement.lineno)
                    yield Rollback(scope, session, span(statement), reads, expr_of(caught), tuple(before))


def rolled_back(
    node: ast.AST, caught: ast.expr | None
) -> Iterator[tuple[str, ast.stmt, Sequence[ast.stmt], ast.expr | None]]:
    """The rollbacks in the blocks of a statement: the session, the statement, and those that follow it."""
    for block in all_blocks(node):
        for position, statement in enumerate(block):
            called = statement.value if isinstance(statement, ast.Expr) else None
            match called.value if isinstance(called, ast.Await) else None:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="rollback"), args=[]):
                    yield name, statement, block[position + 1 :], caught
                case _ if not isinstance(statement, INNER):
                    yield from rolled_back(statement, caught)
    for handler in getattr(node, "handlers", ()):
        yield from rolled_back(handler, handler.type)


def all_blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    yield from blocks_of(node)
    if isinstance(node, ast.Match):
        yield from (case.body for case in node.cases)


def reads_in(statements: Sequence[ast.stmt], session: str, span: Callable[[ast.AST], Span]) -> Iterator[Read]:
    gone = {session}
    for statement in statements:
        nodes = list(own_nodes(statement))
        if any(isinstance(node, ast.Name) and node.id == session for node in nodes):
            return  # which may load it again
        gone |= {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
        found = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)]
        for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
            if isinstance(node.value, ast.Name) and node.value.id not in gone:
                yield Read(node.value.id, node.attr, span(node))


def own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        if not isinstance(node, INNER):
            yield node
            stack += ast.iter_child_nodes(node)


def doubts_in(function: ast.AsyncFunctionDef) -> Iterator[tuple[int, str]]:
    """Where a name is passed on, or ends its transaction: (line, name)."""
    for node in nodes_of(function):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in ENDING:
                yield node.lineno, name
        if isinstance(node, ast.Call):
            for given in [*node.args, *(word.value for word in node.keywords)]:
                if isinstance(given, ast.Name):
                    yield given.lineno, given.id


rollbacks = Analysis("rollbacks", collect)
