"""Where functions that may validate raise `TypeError`: what decorates them, or what they are passed to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, definitions, expr_of, nodes_of, span_reader

NAMES = {"TypeError", "Exception", "BaseException"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Raise(NamedTuple):
    """`at` is the name `TypeError`; `users` are the decorators of the function and the calls that it is passed to,
    read in `scope`. `only` is false for a function that is read elsewhere too."""

    at: Span
    name: Expr
    scope: str
    users: tuple[Expr, ...]
    only: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Raise]:
    if "TypeError" not in text or ("validator" not in text and "Validator" not in text):
        return
    span = span_reader(text)
    raising = {
        (node, qualname): list(raised_in(node.body))
        for node, qualname in zip(definitions(tree), outline.numbered()[1:], strict=True)
        if isinstance(node, FUNCTIONS)
    }
    names = {node.name for (node, qualname), names in raising.items() if names and node.name == qualname}
    passed, read = passed_in(tree, names)
    for (node, qualname), found in raising.items():
        users = [head(decorator) for decorator in node.decorator_list if is_plain(decorator)]
        own = passed.get(node.name, []) if node.name == qualname else []
        for name in found:
            only = bool(users) or len(own) == read.count(node.name)
            yield Raise(span(name), expr_of(name), outline.scopes[qualname].parent, (*users, *own), only)


def is_plain(decorator: ast.expr) -> bool:
    """Whether a decorator names its fields. One that computes them belongs to some machinery, which may want the
    `TypeError`: Prefect's copy of `validate_arguments` raises it for the caller of the function."""
    args = decorator.args if isinstance(decorator, ast.Call) else []
    return all(isinstance(arg, ast.Constant) for arg in args)


def head(decorator: ast.expr) -> Expr:
    return expr_of(decorator.func if isinstance(decorator, ast.Call) else decorator)


def passed_in(tree: ast.Module, names: set[str]) -> tuple[dict[str, list[Expr]], list[str]]:
    """The calls that functions are passed to alone, by the function; and every read of their names."""
    passed: dict[str, list[Expr]] = {}
    read = []
    for node in nodes_of(tree) if names else ():
        match node:
            case ast.Call(func=called, args=[ast.Name(id=name)], keywords=[]) if name in names:
                passed.setdefault(name, []).append(head(called))
            case ast.Name(id=name, ctx=ast.Load()) if name in names:
                read.append(name)
    return passed, read


def raised_in(body: list[ast.stmt]) -> Iterator[ast.expr]:
    """`TypeError` where it is raised in a function itself and not caught there."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
                continue
            case ast.Raise(exc=ast.Call(func=raised) | (ast.Name() | ast.Attribute() as raised)):
                if expr_of(raised)[-1] == "TypeError":
                    yield raised
            case ast.Try(body=tried, handlers=handlers) | ast.TryStar(body=tried, handlers=handlers):
                caught = any(each.type is None or NAMES & set(named(each.type)) for each in handlers)
                stack += [*handlers, *node.orelse, *node.finalbody, *([] if caught else tried)]
                continue
        stack += ast.iter_child_nodes(node)


def named(caught: ast.expr) -> Iterator[str]:
    return (node.id for node in nodes_of(caught) if isinstance(node, ast.Name))


validator_raises = Analysis("validator-raises", collect)
