"""Where `begin()` is called on what is in a transaction already, as far as one function shows it.

Sessions and connections of SQLAlchemy 2.0 begin by themselves with their first statement, and refuse `begin()`
from then on. Only what surely happened before counts: in the same block or around it, with nothing between
that might end the transaction.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Outline, Span, children_of, definitions, nodes_of, span_reader
from stackcheck_rules.analyses._node_names import last_span
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.database_calls import EXECUTING

STARTING = EXECUTING | {"begin", "begin_nested", "connection", "exec_driver_sql"}
NAMING = {"begin", "begin_twophase", "get_transaction"}
# Methods that leave a transaction as it is.
KEEPING = words("add add_all delete expire expire_all expunge flush get merge query refresh")
# What may not be evaluated where it stands.
MAYBE = (ast.Lambda, ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Begun = dict[str, str]  # names of what is in a transaction, each with the method that began it
Owners = Mapping[str, str]  # names of transactions, each with the name of what it is a transaction of


class BegunTwice(NamedTuple):
    """`name.begin()`, with the place of `begin`, after the method `by`."""

    name: str
    scope: str
    at: Span
    by: str


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[BegunTwice]:
    if ".begin(" not in text:
        return
    span = span_reader(text)
    for qualname, body in zip(outline.numbered(), [tree, *definitions(tree)], strict=True):
        for function, name, by in too_late(body.body, {}, dict(transactions_in(body))):
            at = span(function)
            yield BegunTwice(name, qualname, last_span(at, "begin"), by)


def transactions_in(body: ast.AST) -> Iterator[tuple[str, str]]:
    """The transactions that get names, by which they may end."""
    for node in nodes_of(body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Await(value=value) | value):
                pass
            case ast.withitem(optional_vars=ast.Name(id=name), context_expr=value):
                pass
            case _:
                continue
        match value:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=method)) if method in NAMING:
                yield name, owner


def too_late(block: Sequence[ast.stmt], begun: Begun, owners: Owners) -> Iterator[tuple[ast.Attribute, str, str]]:
    """The calls of `begin` in a block that come too late: what is called, on which name, after what."""
    here = dict(begun)
    for statement in block:
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            inner = dict(here)
            for item in statement.items:
                yield from refused(item.context_expr, inner)
                enter(item, inner, owners)
            yield from too_late(statement.body, inner, owners)
            forget(statement, here, owners)
        elif blocks := blocks_of(statement):
            for part in children_of(statement):
                if isinstance(part, ast.expr):
                    forget(part, here, owners)  # `if conn.in_transaction():`
            for first, below in blocks:
                yield from too_late(below, here if first else {}, owners)
            forget(statement, here, owners)
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            forget(statement, here, owners)
        else:
            yield from refused(statement, here)
            follow(statement, here, owners)


def blocks_of(statement: ast.stmt) -> list[tuple[bool, list[ast.stmt]]]:
    """The blocks of a compound statement, and whether each begins in the state before it."""
    match statement:
        case ast.If():
            return [(True, statement.body), (True, statement.orelse)]
        case ast.For() | ast.AsyncFor() | ast.While():
            return [(True, statement.body), (False, statement.orelse)]
        case ast.Try() | ast.TryStar():
            after = [*(handler.body for handler in statement.handlers), statement.orelse, statement.finalbody]
            return [(True, statement.body), *((False, block) for block in after)]
        case ast.Match(cases=cases):
            return [(True, case.body) for case in cases]
    return []


def refused(node: ast.AST, begun: Begun) -> Iterator[tuple[ast.Attribute, str, str]]:
    for part in evaluated(node):
        match part:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="begin") as function, args=[], keywords=[]):
                if name in begun:
                    yield function, name, begun[name]


def evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are evaluated where they stand."""
    stack = [node]
    while stack:
        part = stack.pop()
        if not isinstance(part, MAYBE):
            yield part
            stack.extend(children_of(part))


def enter(item: ast.withitem, begun: Begun, owners: Owners) -> None:
    """The state in a `with` block: `with conn.begin():`, `with engine.begin() as conn:`."""
    forget(item, begun, owners)
    match item:
        case ast.withitem(context_expr=ast.Call(func=ast.Attribute(value=owner, attr="begin")), optional_vars=target):
            for node in (owner, target):
                if isinstance(node, ast.Name):
                    begun[node.id] = "begin"


def follow(statement: ast.stmt, begun: Begun, owners: Owners) -> None:
    """The state after a plain statement."""
    methods: dict[str, set[str]] = {}
    receivers: set[ast.AST] = set()
    for node in evaluated(statement):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name) as receiver, attr=method)):
                methods.setdefault(name, set()).add(method)
                receivers.add(receiver)
    names = [node for node in nodes_of(statement) if isinstance(node, ast.Name)]
    lost = {node.id for node in names if node not in receivers}
    lost |= {owners[node.id] for node in names if node.id in owners and not isinstance(node.ctx, ast.Store)}
    for name in lost | methods.keys():
        called = methods.get(name, set())
        if name in lost or not called <= STARTING | KEEPING:
            begun.pop(name, None)
        elif started := called & STARTING:
            begun[name] = min(started)


def forget(node: ast.AST, begun: Begun, owners: Owners) -> None:
    for part in nodes_of(node):
        if isinstance(part, ast.Name):
            begun.pop(part.id, None)
            begun.pop(owners.get(part.id, ""), None)


begun_twice = Analysis("begun-twice", collect, gate=frozenset({"begin"}))
