"""What a function opens and keeps in a name of its own, without `with` and without closing it in a `finally`.

Left out is what may be closed elsewhere: what is returned, yielded, kept, passed to something that is not called
as a plain function, or used in an inner function.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import (
    Analysis,
    Evaluator,
    Expr,
    Outline,
    Scope,
    Span,
    definitions,
    expr_of,
    nodes_of,
    nodes_of_type,
    span_reader,
)
from stackcheck_rules.analyses._scope_at import scope_at
from stackcheck_rules.analyses.session_methods import METHODS

ENDS = {"aclose", "close", "remove"}
OPENED = re.compile(r"^[ \t]+(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*[\w.]+\(", re.MULTILINE)
USED = re.compile(rf"\b(\w+)[ \t]*\.(?:{'|'.join(sorted(METHODS | {'add', 'add_all', 'query'}))})\(")
ENDED = re.compile(r"\b(\w+)\.(?:aclose|close|remove)\(")
INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
TESTS = (ast.BoolOp, ast.UnaryOp, ast.Compare, ast.If, ast.IfExp, ast.Assert, ast.FormattedValue)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Slot = int | str


class Uses(NamedTuple):
    """How often a name is closed and whether it is committed where nothing fails, and which functions get it, each
    with the position or the keyword.
    """

    closes: int
    commits: bool
    handed: tuple[tuple[Expr, Slot], ...]


class Opened(NamedTuple):
    """`name = made` in the function `scope`, at `span`."""

    scope: str
    name: str
    made: Expr
    span: Span
    uses: Uses


class Closer(NamedTuple):
    """A function that closes one of its parameters."""

    function: str
    parameter: str


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Opened | Closer]:
    if "close(" in text or "remove(" in text:
        yield from closers(tree, outline, text)
    names = set(OPENED.findall(text)) & set(USED.findall(text)) if "ession" in text else set[str]()
    if not names:
        return
    nodes = definitions(tree)
    for scope in outline.functions():
        for name in sorted(names & scope.bindings.keys()):
            bound = scope.bindings[name]
            if len(bound) == 1 and bound[0].expr[0] == "call" and bound[0].scope == scope.qualname:
                function = nodes[scope.number - 1]
                assert not isinstance(function, ast.ClassDef)
                uses = uses_of(name, function)
                if uses is not None:
                    yield Opened(scope.qualname, name, bound[0].expr, bound[0].span, uses)


def closers(tree: ast.Module, outline: Outline, text: str) -> Iterator[Closer]:
    ended = set(ENDED.findall(text))
    if not any(param.name in ended for scope in outline.functions() for param in scope.params):
        return
    span = span_reader(text)
    for call in nodes_of_type(tree, ast.Call):
        match call.func:
            case ast.Attribute(value=ast.Name(id=name), attr=method) if method in ENDS and name in ended:
                scope = outline.scopes[scope_at(span(call), outline)]
                if any(param.name == name for param in scope.params):
                    yield Closer(scope.qualname, name)


def uses_of(name: str, function: Function) -> Uses | None:
    """What is done with a name; None where something else may close it, or nothing must."""
    closes, methods, handed = 0, set[str](), list[tuple[Expr, Slot]]()
    stack: list[tuple[ast.AST, ast.AST, ast.AST, bool]] = [(node, function, function, False) for node in function.body]
    while stack:
        node, parent, above, kept = stack.pop()
        if isinstance(node, INNER):
            if any(isinstance(part, ast.Name) and part.id == name for part in nodes_of(node)):
                return None
            continue
        if isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names:
            return None
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            match parent, above:
                case ast.Attribute(attr=method), ast.Call(func=func) if func is parent:
                    if kept and method in ENDS | {"rollback"}:
                        return None
                    closes += method in ENDS
                    methods.add(method)
                case ast.Attribute(attr=method), _ if method not in ENDS:
                    pass
                case ast.Call(func=func, args=args), _ if node in args and plain(args):
                    handed.append((expr_of(func), args.index(node)))
                case ast.keyword(arg=str(word)), ast.Call(func=func):
                    handed.append((expr_of(func), word))
                case (tested, _) if isinstance(tested, TESTS):
                    pass
                case _:
                    return None
        elif isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Del):
            return None
        for field, value in ast.iter_fields(node):
            below = value if isinstance(value, list) else [value]
            sure = kept or field == "finalbody" or isinstance(node, ast.ExceptHandler)
            if isinstance(node, ast.withitem) and field == "context_expr" and begins(value, name):
                return None
            stack += [(part, node, parent, sure) for part in below if isinstance(part, ast.AST)]
    if not handed and methods <= ENDS:
        return None
    return Uses(closes, "commit" in methods, tuple(handed))


def plain(args: list[ast.expr]) -> bool:
    return not any(isinstance(arg, ast.Starred) for arg in args)


def begins(node: ast.AST, name: str) -> bool:
    """Whether the block of `with name.begin():` gives the connection back at its end."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="begin")):
            return owner == name
    return False


def merge(
    evaluator: Evaluator, facts: Mapping[str, tuple[Opened | Closer, ...]]
) -> Mapping[tuple[str, str, str], bool]:
    """(file, function, parameter) of what a function closes."""
    return {
        (file, one.function, one.parameter): True
        for file, found in facts.items()
        for one in found
        if isinstance(one, Closer)
    }


def getter(scope: Scope, slot: Slot, bound: bool) -> str:
    """The parameter that gets an argument, empty where that is unknown."""
    params = [param for param in scope.params if param.form not in {"*", "**"}]
    if isinstance(slot, str):
        return slot if any(param.name == slot for param in params) else ""
    at = slot + bound
    return params[at].name if at < len(params) and params[at].form != "kw" else ""


opened_sessions = Analysis("opened-sessions", collect, merge)
