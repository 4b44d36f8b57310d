"""Calls that run tasks, one by one: what a task consists of, what a call is given, what `gather` stands in."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from stackcheck import Expr, Span, expr_of
from stackcheck_rules.analyses._node_names import last_name

SPAWNING = {"create_task", "ensure_future"}
STARTING = {"start_soon"}  # takes a function and its arguments apart: `start_soon(load, db)`


def started(call: ast.Call) -> ast.Call | None:
    """The call that a task consists of."""
    match call:
        case ast.Call(func=ast.Call(func=maker)) if last_name(maker) == "soonify":
            return call
        case ast.Call(func=spawner, args=[ast.Call() as made, *_]) if last_name(spawner) in SPAWNING:
            return made
        case ast.Call(func=spawner, args=[ast.Call(func=maker, args=[called, *first], keywords=words), *rest]) if (
            last_name(spawner) in STARTING and last_name(maker) == "partial"
        ):
            return ast.copy_location(ast.Call(called, [*first, *rest], words), call)
        case ast.Call(func=spawner, args=[called, *rest]) if last_name(spawner) in STARTING:
            return ast.copy_location(ast.Call(called, rest, []), call)
    return None


def arguments_of(call: ast.Call) -> Iterator[tuple[int | str, Expr]]:
    for position, given in enumerate(call.args):
        if isinstance(given, ast.Starred):
            break
        yield position, expr_of(given)
    for word in call.keywords:
        if word.arg:
            yield word.arg, expr_of(word.value)


def sequence_of(call: ast.Call, statement: ast.stmt, span: Callable[[ast.AST], Span]) -> tuple[tuple[Span, ...], str]:
    """The spans by which `x, y = await gather(f(), g())` becomes awaits, and what becomes of its value."""
    if call.keywords or last_name(call.func) != "gather" or not all(isinstance(each, ast.Call) for each in call.args):
        return (), ""
    value = "kept"
    match statement:
        case ast.Assign(targets=[ast.Tuple()], value=ast.Await(value=waited) as whole) if waited is call:
            value = "unpacked"
        case ast.Expr(value=ast.Await(value=waited) as whole) if waited is call:
            value = "dropped"
        case ast.Assign(value=ast.Await(value=waited) as whole) | ast.Return(value=ast.Await(value=waited) as whole):
            if waited is not call:
                return (), ""
        case _:
            return (), ""
    return (span(whole), *[span(each) for each in call.args]), value
