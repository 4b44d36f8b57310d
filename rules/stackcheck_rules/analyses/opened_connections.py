"""Connections that a function opens, executes on and never hands on: `with engine.connect() as conn:`.

Left out is what anything else sees of the connection: one that is passed, returned, yielded, kept in an attribute
or used in a nested function, and one whose transaction is begun, committed or rolled back.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, definitions, expr_of, nodes_of, nodes_of_type, span_reader
from stackcheck_rules.analyses._node_names import last_span
from stackcheck_rules.analyses._scope_at import scope_at

CONNECTED = re.compile(r"\.\s*connect\s*\(\s*\)")
EXECUTING = {"exec_driver_sql", "execute", "scalar", "scalars"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
BEGINNING = 60  # of a string of SQL: as much as says what it does


class Executed(NamedTuple):
    """A statement that the connection executes, at the place of the method; `sql` is what its text begins with,
    where that is written there.
    """

    at: Span
    statement: Expr
    sql: str


class OpenedConnection(NamedTuple):
    """`opened` is the call of `connect`; `block` is whether it is the connection of a `with`. `nested` is where
    `begin_nested` is called.
    """

    name: str
    scope: str
    opened: Span
    block: bool
    executed: tuple[Executed, ...]
    nested: tuple[Span, ...]
    closes: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[OpenedConnection]:
    if not CONNECTED.search(text):
        return
    span = span_reader(text)
    blocks: list[ast.With | ast.AsyncWith] = [*nodes_of_type(tree, ast.With), *nodes_of_type(tree, ast.AsyncWith)]
    for block in blocks:
        for item in block.items:
            match item.optional_vars, connecting(item.context_expr):
                case ast.Name(id=name), ast.Call() as opened:
                    beside = [other.context_expr for other in block.items if other is not item]
                    yield from used(name, opened, [*block.body, *beside], outline, span)
    bodies = dict(zip(outline.numbered(), [tree, *definitions(tree)], strict=True))
    for assign in nodes_of_type(tree, ast.Assign):
        match assign.targets, connecting(assign.value):
            case [ast.Name(id=name) as target], ast.Call() as opened:
                scope = scope_at(span(assign), outline)
                if len(outline.scopes[scope].bindings.get(name, ())) != 1:
                    continue
                for found in used(name, opened, bodies[scope].body, outline, span, target):
                    # What a module keeps open, another one may commit.
                    if found.closes or outline.scopes[scope].form == "function":
                        yield found


def connecting(node: ast.expr) -> ast.Call | None:
    """The call of `connect()` that an expression is."""
    match node.value if isinstance(node, ast.Await) else node:
        case ast.Call(func=ast.Attribute(attr="connect"), args=[], keywords=[]) as call:
            return call
    return None


def used(
    name: str,
    opened: ast.Call,
    body: Sequence[ast.AST],
    outline: Outline,
    span: Callable[[ast.AST], Span],
    target: ast.Name | None = None,
) -> Iterator[OpenedConnection]:
    """The connection of a `with` block, or of the name `target`, unless something else may end its transaction."""
    calls: list[tuple[str, ast.Call]] = []
    known: set[ast.AST | None] = {target}
    nodes = [node for part in body for node in nodes_of(part)]
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner) as receiver, attr=method)) if owner == name:
                calls.append((method, node))
                known.add(receiver)
    inner = {below for node in nodes if isinstance(node, FUNCTIONS) for below in nodes_of(node)}
    named = {node for node in nodes if isinstance(node, ast.Name) and node.id == name}
    if named - known or named & inner:
        return
    if any(method not in EXECUTING | {"begin_nested", "close"} for method, _ in calls):
        return
    executed = sorted(executed_by(call, span) for method, call in calls if method in EXECUTING)
    nested = tuple(sorted(place(call, span) for method, call in calls if method == "begin_nested"))
    closes = any(method == "close" for method, _ in calls)
    scope = scope_at(span(opened), outline)
    yield OpenedConnection(name, scope, span(opened), target is None, tuple(executed), nested, closes)


def executed_by(call: ast.Call, span: Callable[[ast.AST], Span]) -> Executed:
    given = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "statement"), None)
    return Executed(place(call, span), expr_of(given), beginning(given))


def beginning(node: ast.expr | None) -> str:
    """What a string, or that of `text("…")`, begins with."""
    match node:
        case ast.Constant(value=str(text)):
            return text.strip()[:BEGINNING]
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text.strip()[:BEGINNING]
        case ast.Call(args=[first, *_]):
            return beginning(first)
    return ""


def place(call: ast.Call, span: Callable[[ast.AST], Span]) -> Span:
    """Where the name of a method stands."""
    assert isinstance(call.func, ast.Attribute)
    at = span(call.func)
    return last_span(at, call.func.attr)


opened_connections = Analysis("opened-connections", collect, gate=frozenset({"connect"}))
