"""Local names that hold a query: where each gets one, and what is then done with it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from stackcheck import (
    Analysis,
    Outline,
    Span,
    children_of,
    definitions,
    nodes_of,
    nodes_of_type,
    span_reader,
)
from stackcheck_rules.analyses.query_chains import QUERY, QueryChain, Step, climbed

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
INSIDE = (*FUNCTIONS, ast.ClassDef, ast.Lambda, ast.GeneratorExp)


class QueryVariable(NamedTuple):
    """`name` in a function; `at` is where it first gets a query.

    `roots` are the spans of the expressions `session.query(…)…` that it is given. `uses` are the chains that begin
    with the name. `whole` is false where more is done with it: it is passed on, returned, used in a function
    inside, or given something else.
    """

    scope: str
    name: str
    at: Span
    roots: tuple[Span, ...]
    uses: tuple[QueryChain, ...]
    whole: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[QueryVariable]:
    if not QUERY.search(text):
        return
    given = [node.lineno for node in nodes_of_type(tree, ast.Assign) if is_query(node.value)]
    span = span_reader(text)
    for scope, function in zip(outline.numbered()[1:], definitions(tree), strict=True):
        if isinstance(function, FUNCTIONS) and any(function.lineno <= line <= last_line(function) for line in given):
            yield from variables_of(function, scope, span)


def last_line(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def variables_of(
    function: ast.FunctionDef | ast.AsyncFunctionDef, scope: str, span: Callable[[ast.AST], Span]
) -> Iterator[QueryVariable]:
    own = list(own_nodes(function))
    given: dict[str, list[ast.Name]] = {}
    roots: dict[str, list[Span]] = {}
    for node in own:
        match node:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value) if is_query(value):
                given.setdefault(name, []).append(target)
                roots.setdefault(name, []).append(span(value))
    if not given:
        return
    parents = {child: node for node in nodes_of(function) for child in children_of(node)}
    names = [node for node in parents if isinstance(node, ast.Name)]
    hidden = {node.id for node in names} - {node.id for node in own if isinstance(node, ast.Name)}
    passed = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    for name, targets in given.items():
        named = [node for node in names if node.id == name]
        loads = [node for node in named if isinstance(node.ctx, ast.Load)]
        stored = [node for node in named if not isinstance(node.ctx, ast.Load) and node not in targets]
        uses = tuple(use_of(node, scope, parents, span) for node in loads)
        again = all(is_again(node, parents) for node in stored)
        inside = any(node not in own for node in named) or name in hidden or any(one.arg == name for one in passed)
        first = min(targets, key=lambda target: (target.lineno, target.col_offset))
        whole = again and not inside and all(use.end or use.around in {f"assign {name}", "for"} for use in uses)
        yield QueryVariable(scope, name, span(first), tuple(roots[name]), uses, whole)


def own_nodes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function's body, but for those in functions and classes inside it."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, INSIDE):
            stack += children_of(node)


def is_query(value: ast.expr) -> bool:
    """Whether an expression is a chain that begins with a call of `query` and has not run it."""
    here = value
    while isinstance(here, ast.Call) and isinstance(here.func, ast.Attribute):
        if here.func.attr == "query":
            return True
        here = here.func.value
    return False


def is_again(target: ast.Name, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether a name is given what a chain of its own makes: `q = q.filter(…)`."""
    match parents.get(target):
        case ast.Assign(targets=[only], value=ast.Call() as value) if only is target:
            here: ast.expr = value
            while isinstance(here, ast.Call) and isinstance(here.func, ast.Attribute):
                here = here.func.value
            return isinstance(here, ast.Name) and here.id == target.id
    return False


def use_of(
    node: ast.Name, scope: str, parents: Mapping[ast.AST, ast.AST], span: Callable[[ast.AST], Span]
) -> QueryChain:
    at = span(node)
    return climbed(node, Step(node.id, (), at, at), scope, ("name", node.id), at, parents, span)


query_variables = Analysis("query-variables", collect, gate=frozenset({"query"}))
