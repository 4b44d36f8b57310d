"""Whether what a name is bound to reaches a place of a function where the name is read."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
Parents = Mapping[ast.AST, ast.AST]


def parents_of(function: ast.AST) -> dict[ast.AST, ast.AST]:
    """The node around each node of a function, inner definitions included."""
    found: dict[ast.AST, ast.AST] = {}
    stack = [function]
    while stack:
        node = stack.pop()
        below: list[ast.AST] = []
        for name in node._fields:
            value = getattr(node, name, None)
            if type(value) is list:
                below += [one for one in value if isinstance(one, ast.AST)]
            elif isinstance(value, ast.AST) and value._fields:  # not `Load`, `Add` and their like
                below.append(value)
        found |= dict.fromkeys(below, node)
        stack += below
    return found


def reaches(bound: ast.AST, node: ast.AST, stores: Sequence[ast.AST], parents: Parents) -> bool:
    """Whether what a name is bound to is still there where it is read, on the way from one to the other."""
    if isinstance(bound, ast.comprehension):
        return True
    if at(node) < end(bound.iter if isinstance(bound, ast.For) else bound):
        return False
    above = [node, *ancestors(node, parents)]
    inside = bound
    for outer in ancestors(bound, parents):
        if outer in above:
            beside = above[above.index(outer) - 1]
            branches = [list(block) for block in blocks_of(outer)] if isinstance(outer, (ast.If, ast.Match)) else []
            if any((inside in block) != (beside in block) for block in branches if {inside, beside} & set(block)):
                return False
            break
        if any(inside in block and isinstance(block[-1], LEAVING) for block in blocks_of(outer)):
            return False
        inside = outer
    return not any(
        end(bound) <= at(store) <= at(node) and covers(statement_of(store, parents), node, parents) for store in stores
    )


def covers(statement: ast.AST, node: ast.AST, parents: Parents) -> bool:
    """Whether a statement that binds a name has done so wherever a node is reached."""
    within = isinstance(statement, (ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)) and statement in ancestors(
        node, parents
    )
    return within or follows(node, statement, parents)


def follows(node: ast.AST, bound: ast.AST, parents: Parents) -> bool:
    """Whether whoever gets to a node has come through a statement before it."""
    block = parents.get(bound)
    while node in parents and parents[node] is not block:
        node = parents[node]
    for statements in blocks_of(block) if block is not None else ():
        if bound in statements and node in statements:
            return statements.index(bound) < statements.index(node)
    return False


def blocks_of(node: ast.AST) -> Iterator[list[ast.AST]]:
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block:
            yield from [[case] for case in block] if name == "cases" else [block]


def ancestors(node: ast.AST, parents: Parents) -> Iterator[ast.AST]:
    while node in parents:
        node = parents[node]
        yield node


def statement_of(node: ast.AST, parents: Parents) -> ast.AST:
    return next((one for one in ancestors(node, parents) if isinstance(one, ast.stmt)), node)


def around(node: ast.AST, parents: Parents) -> ast.AST | None:
    """The function or lambda that a node stands in; the outermost stands in none."""
    place = parents.get(node)
    while place is not None and not isinstance(place, FUNCTIONS):
        place = parents.get(place)
    return place


def at(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def end(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)
