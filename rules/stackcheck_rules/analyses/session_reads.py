"""One function's uses of its parameters as sessions, read from `ast`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stackcheck import Expr, Span, expr_of
from stackcheck_rules.analyses._node_names import last_name
from stackcheck_rules.analyses.session_methods import IO_METHODS, METHODS

# What is given to these is awaited there.
AWAITERS = {"as_completed", "create_task", "ensure_future", "gather", "shield", "wait", "wait_for"}
# Run elsewhere, perhaps in a thread; inner functions are read on their own.
ELSEWHERE = (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
SKIPPED = {"annotation", "ctx", "op", "ops", "type_comment", "type_params", "format_spec", "conversion", "kind"}
WALKED = (ast.stmt, ast.expr, ast.keyword, ast.withitem, ast.comprehension, ast.ExceptHandler, ast.match_case)
LEAVES = (ast.Name, ast.Constant, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass, *ELSEWHERE)
CHILDREN: dict[type[ast.AST], tuple[str, ...]] = {
    kind: tuple([name for name in kind._fields if name not in SKIPPED])
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, WALKED) and not issubclass(kind, LEAVES)
}


class Call(NamedTuple):
    """`name.method(…)`; `awaited` if its value, or something made of it, is awaited."""

    name: str
    method: str
    awaited: bool
    span: Span


class Handed(NamedTuple):
    """`callee(…, name, …)`: `slot` is the position or the keyword."""

    name: str
    callee: Expr
    slot: int | str
    awaited: bool
    span: Span


class Uses(NamedTuple):
    """What one function does with its parameters; `awaits` if it waits for anything in its own body."""

    function: str
    calls: tuple[Call, ...]
    handed: tuple[Handed, ...]
    awaits: bool


def read_uses(
    function: str, body: list[ast.stmt], params: frozenset[str], span: Callable[[ast.AST], Span]
) -> Uses | None:
    """What a body does with some parameters; None if nothing."""
    found = list(uses_in(body, params, span))
    calls = tuple([use for use in found if isinstance(use, Call)])
    handed = tuple([use for use in found if isinstance(use, Handed)])
    return Uses(function, calls, handed, None in found) if calls or handed else None


def uses_in(
    body: list[ast.stmt], params: frozenset[str], span: Callable[[ast.AST], Span]
) -> Iterator[Call | Handed | None]:
    """Uses of parameters in source order, and None for whatever is awaited.

    Names that a comprehension binds are its own.
    """
    stack: list[tuple[ast.AST, bool, frozenset[str]]] = [(node, False, params) for node in reversed(body)]
    while stack:
        node, awaited, names = stack.pop()
        fields = CHILDREN.get(type(node))
        if fields is None:
            continue
        waits = False
        if isinstance(node, ast.Call):
            yield from _call(node, awaited, names, span)
            given = last_name(node.func) in AWAITERS
            stack += [(word.value, given, names) for word in reversed(node.keywords)]
            stack += [(arg, given, names) for arg in reversed(node.args)]
            stack.append((node.func, awaited, names))
            continue
        if isinstance(node, ast.Attribute):
            waits = awaited
        elif isinstance(node, (ast.Await, ast.AsyncFor)):
            waits = True
            yield None
        elif isinstance(node, ast.AsyncWith):
            yield None
            stack += [(child, False, names) for child in reversed(node.body)]
            stack += [(item.context_expr, True, names) for item in node.items]
            continue
        elif isinstance(node, COMPREHENSIONS):
            targets = [name for loop in node.generators for name in ast.walk(loop.target)]
            names = names - {name.id for name in targets if isinstance(name, ast.Name)}
        elif isinstance(node, ast.comprehension):
            waits = bool(node.is_async)
            if waits:
                yield None
        for name in reversed(fields):
            child = getattr(node, name)
            if child.__class__ is list:
                stack += [(one, False, names) for one in reversed(child)]
            elif child is not None:
                stack.append((child, waits, names))


def _call(
    node: ast.Call, awaited: bool, names: frozenset[str], span: Callable[[ast.AST], Span]
) -> Iterator[Call | Handed]:
    func = node.func
    match func:
        case ast.Attribute(value=ast.Name(id=name), attr=method) if name in names:
            if method in IO_METHODS or (awaited and method in METHODS):
                yield Call(name, method, awaited, span(func))
    for slot, arg in enumerate(node.args):
        if isinstance(arg, ast.Starred):
            break
        if isinstance(arg, ast.Name) and arg.id in names:
            yield Handed(arg.id, expr_of(func), slot, awaited, span(node))
    for word in node.keywords:
        if word.arg and isinstance(word.value, ast.Name) and word.value.id in names:
            yield Handed(word.value.id, expr_of(func), word.arg, awaited, span(node))
