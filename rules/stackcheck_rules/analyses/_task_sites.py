"""The statements of one function, each with the branches, loops and `with` blocks that it stands in."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

BLOCKS = {"body", "orelse", "finalbody", "handlers", "cases"}  # fields that hold statements
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
KEEPING = {"add", "discard"}  # `running.add(task)`: so that the loop does not forget it, not to await it
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
Branch = tuple[int, int, int]  # line and column of what decides, and which of its arms


class Site(NamedTuple):
    """A statement with what it stands in."""

    node: ast.stmt
    branches: tuple[Branch, ...] = ()
    loops: tuple[ast.stmt, ...] = ()
    blocks: tuple[ast.stmt, ...] = ()


def sites_of(body: Sequence[ast.stmt], around: Site) -> Iterator[Site]:
    """The statements of a function in source order, without those of its inner definitions."""
    for node in body:
        if isinstance(node, DEFINITIONS):
            continue
        yield around._replace(node=node)
        loops = (*around.loops, node) if isinstance(node, LOOPS) else around.loops
        blocks = (*around.blocks, node) if isinstance(node, (ast.With, ast.AsyncWith)) else around.blocks
        for arm, inner in enumerate(arms_of(node)):
            branches = around.branches
            if isinstance(node, (ast.If, ast.Match)) or (isinstance(node, (ast.Try, ast.TryStar)) and arm):
                branches = (*branches, (node.lineno, node.col_offset, arm))
            yield from sites_of(inner, Site(node, branches, loops, blocks))


def arms_of(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    yield getattr(node, "body", [])
    yield getattr(node, "orelse", [])
    yield getattr(node, "finalbody", [])
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without the statements in it, and without what a lambda does later."""
    if isinstance(statement, DEFINITIONS):
        return
    stack: list[ast.AST] = [
        part for name, value in ast.iter_fields(statement) if name not in BLOCKS for part in parts_of(value)
    ]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))


def parts_of(value: object) -> list[ast.AST]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, ast.AST)]


def names_in(target: ast.AST) -> set[str]:
    """The names that a target binds."""
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def names_bound(statement: ast.stmt) -> set[str]:
    """The names that a statement binds, without those in its blocks."""
    stored = (node for node in own_nodes(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return {node.id for node in stored} | {one.name for one in getattr(statement, "handlers", ()) if one.name}


def bound_in(loop: ast.stmt) -> set[str]:
    """The names that a loop binds anew in each round."""
    return {name for node in ast.walk(loop) if isinstance(node, ast.stmt) for name in names_bound(node)}


def awaits(name: str, statement: ast.stmt) -> bool:
    """Whether a statement awaits what a name holds, alone or with others."""
    waiting = (node for node in own_nodes(statement) if isinstance(node, ast.Await))
    return any(isinstance(part, ast.Name) and part.id == name for node in waiting for part in ast.walk(node))


def keeps_only(name: str, statement: ast.stmt) -> bool:
    """Whether a statement does nothing with a task but to keep it alive or to be told of its end."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="add_done_callback"))):
            return owner == name
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=method), args=[ast.Name(id=given)])):
            return method in KEEPING and given == name
    return not any(isinstance(node, ast.Name) and node.id == name for node in own_nodes(statement))


def added_to(name: str, statement: ast.stmt) -> Iterator[tuple[ast.expr, bool]]:
    """What a statement adds to a collection, and whether that is a collection itself."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=method), args=[value])):
            if owner == name and method in {"append", "add", "extend", "update"}:
                yield value, method in {"extend", "update"}
        case ast.AugAssign(target=ast.Name(id=owner), op=ast.Add(), value=value) if owner == name:
            yield value, True
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=owner))], value=value) if owner == name:
            yield value, False


def comprehension_around(call: ast.Call, statement: ast.stmt) -> Comprehension | None:
    """The comprehension in which a call stands."""
    for node in own_nodes(statement):
        if isinstance(node, Comprehension) and any(part is call for part in ast.walk(node)):
            return node
    return None
