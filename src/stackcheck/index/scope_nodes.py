"""The nodes of one scope: what stands in it, what its definitions evaluate there, what its callers pass."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from stackcheck.index.environment import Environment
from stackcheck.index.nodes import children_of

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
Body = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def is_near(node: ast.stmt | ast.expr, lines: Sequence[int]) -> bool:
    """Whether a node, its decorators included, stands on one of some lines."""
    first = node.lineno
    if isinstance(node, DEFINITIONS) and node.decorator_list:
        first = min(first, *(decorator.lineno for decorator in node.decorator_list))
    at = bisect_left(lines, first)
    return at < len(lines) and lines[at] <= (node.end_lineno or first)


def nodes_near(body: Body, lines: Sequence[int]) -> Iterator[ast.AST]:
    """The nodes of a scope's statements on some lines, without what stands in definitions, in no order."""
    stack: list[ast.AST] = list(body.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt) and not is_near(node, lines):
            continue
        yield node
        stack += outside(node) if isinstance(node, DEFINITIONS) else children_of(node)


def parents_near(tree: ast.AST, lines: Sequence[int]) -> Mapping[ast.AST, ast.AST]:
    """What each node of the statements on some lines stands right below, up to the file."""
    found: dict[ast.AST, ast.AST] = {}
    stack = [tree]
    while stack:
        node = stack.pop()
        below = [each for each in children_of(node) if not isinstance(each, ast.stmt) or is_near(each, lines)]
        found.update(dict.fromkeys(below, node))
        stack += below
    return found


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
