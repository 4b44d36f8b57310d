"""Uses of outer names in functions: what a function reads that it neither gets nor makes.

Read from `ast` again, and only for a file where some name is known to be worth looking for.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Context, Expr, Outline, Span, definitions, expr_of, parse_tree, span_reader

OTHERS = sys.stdlib_module_names | {"fastapi", "pydantic", "sqlalchemy", "sqlmodel", "starlette"}
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class OuterUse(NamedTuple):
    """A name or `module.name` in a function."""

    function: str
    expr: Expr
    span: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[str]:
    # One fact for a whole file: what it imports is looked at only in a project that has something to find.
    if any(True for _ in outline.functions()):
        yield "functions"


def imported_names(outline: Outline) -> Iterator[tuple[str, str]]:
    """(scope, name) of what a file imports from where something of the project may come from."""
    for scope in outline.scopes.values():
        if scope.form != "class":
            for name, bindings in scope.bindings.items():
                if any(binding.expr[0] in {"from", "module"} and is_own(binding.expr[1]) for binding in bindings):
                    yield scope.qualname, name


def is_own(module: str) -> bool:
    return module.partition(".")[0] not in OTHERS


def outer_uses(ctx: Context, roots: frozenset[str]) -> Iterator[OuterUse]:
    """Chains of the file's functions that begin with one of some names, shortest prefix first."""
    span = span_reader(ctx.text)
    scopes = ctx.outline.numbered()
    for number, function in enumerate(definitions(parse_tree(ctx.text)), start=1):
        if isinstance(function, ast.ClassDef):
            continue
        inside = list(own_nodes(function))
        hidden = {name for node in inside for name in bound_inside(node)}
        for node in inside:
            for prefix in chain(node):
                if isinstance(prefix, ast.Name) and (prefix.id not in roots or prefix.id in hidden):
                    break
                yield OuterUse(scopes[number], expr_of(prefix), span(prefix))


def own_nodes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """The nodes of a body in source order, without those of inner definitions, which come on their own."""
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        if not isinstance(node, DEFINITIONS):
            yield node
            stack += reversed(list(ast.iter_child_nodes(node)))


def bound_inside(node: ast.AST) -> set[str]:
    """Names that a lambda or a comprehension has for itself."""
    if isinstance(node, ast.Lambda):
        return {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
    if isinstance(node, COMPREHENSIONS):
        names = (name for loop in node.generators for name in ast.walk(loop.target))
        return {name.id for name in names if isinstance(name, ast.Name)}
    return set()


def chain(node: ast.AST) -> list[ast.expr]:
    """`app`, `app.db` and `app.db.session` for the last of them; nothing if its root is no name that is read."""
    found: list[ast.expr] = []
    while isinstance(node, ast.Attribute):
        found.append(node)
        node = node.value
    return [node, *reversed(found)] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else []


functions = Analysis("functions", collect)
