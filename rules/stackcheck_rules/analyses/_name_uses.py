"""What one function does with one of its names, as far as a session or a connection in it goes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from stackcheck import nodes_of

INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
TESTS = (ast.BoolOp, ast.UnaryOp, ast.Compare, ast.If, ast.IfExp, ast.Assert, ast.FormattedValue)
Slot = int | str


class NameUse(NamedTuple):
    """`form` is `call` for `name.word(…)`, `attribute` for `name.word`, `handed` for an argument at a position or
    under a keyword, `test` where only its truth counts, and `lost` for all else: it may be kept or closed there.

    `node` is the call. `after` is whether it stands where something may have failed: in a handler or a `finally`.
    """

    name: str
    form: str
    word: Slot = ""
    node: ast.Call | None = None
    after: bool = False


def uses_of(names: Set[str], body: Sequence[ast.stmt]) -> Iterator[NameUse]:
    """Every use of some names but for those that bind them, in no order."""
    stack: list[tuple[ast.AST, ast.AST | None, ast.AST | None, bool]] = [(node, None, None, False) for node in body]
    while stack:
        node, parent, above, after = stack.pop()
        if isinstance(node, ast.Name):
            if node.id in names and not isinstance(node.ctx, ast.Store):
                yield use_of(node, parent, above)._replace(after=after)
            continue
        if isinstance(node, INNER):
            inside = {part.id for part in nodes_of(node) if isinstance(part, ast.Name)} & names
            yield from (NameUse(name, "lost") for name in sorted(inside))
            continue
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            yield from (NameUse(name, "lost") for name in node.names if name in names)
            continue
        later = after or isinstance(node, ast.ExceptHandler)
        for field in node._fields:
            value = getattr(node, field, None)
            if type(value) is list:
                late = later or field == "finalbody"
                stack += [(part, node, parent, late) for part in value if isinstance(part, ast.AST)]
            elif isinstance(value, ast.AST) and value._fields:
                stack.append((value, node, parent, later))


def use_of(node: ast.Name, parent: ast.AST | None, above: ast.AST | None) -> NameUse:
    if isinstance(node.ctx, ast.Del):
        return NameUse(node.id, "lost")
    match parent, above:
        case ast.Attribute(attr=method), ast.Call(func=func) if func is parent:
            return NameUse(node.id, "call", method, above)
        case ast.Attribute(attr=name), _:
            return NameUse(node.id, "attribute", name)
        case ast.Call(args=args), _ if node in args and not any(isinstance(arg, ast.Starred) for arg in args):
            return NameUse(node.id, "handed", args.index(node), parent)
        case ast.keyword(arg=str(word)), ast.Call():
            return NameUse(node.id, "handed", word, above)
        case (tested, _) if isinstance(tested, TESTS):
            return NameUse(node.id, "test")
    return NameUse(node.id, "lost")
