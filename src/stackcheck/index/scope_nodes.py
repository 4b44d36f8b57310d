"""The nodes of one scope: what stands in it, what its definitions evaluate there, what its callers pass."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from stackcheck.index.environment import Environment

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)


def is_near(node: ast.stmt | ast.expr, lines: Sequence[int]) -> bool:
    """Whether a node, its decorators included, stands on one of some lines."""
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])
    at = bisect_left(lines, first)
    return at < len(lines) and lines[at] <= (node.end_lineno or first)


def own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without what stands in definitions."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, DEFINITIONS):
            stack.extend(outside(node))
        else:
            stack.extend(ast.iter_child_nodes(node))


def outside(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """What a definition evaluates in the scope around it."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *(word.value for word in node.keywords)]
    args = node.args
    return [*node.decorator_list, *args.defaults, *(default for default in args.kw_defaults if default is not None)]


def parameters_of(body: ast.AST) -> Environment:
    if not isinstance(body, FUNCTIONS):
        return {}
    args = body.args
    plain = [*args.posonlyargs, *args.args]
    after = [*([args.vararg] if args.vararg else []), *args.kwonlyargs, *([args.kwarg] if args.kwarg else [])]
    # The order is that of an outline's parameters.
    return {("name", arg.arg): ("param", position) for position, arg in enumerate([*plain, *after])}
