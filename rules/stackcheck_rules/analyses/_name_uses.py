"""What one function does with one of its names, as far as a session or a connection in it goes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stackcheck import nodes_of

TESTS = (ast.BoolOp, ast.UnaryOp, ast.Compare, ast.If, ast.IfExp, ast.Assert, ast.FormattedValue)
Slot = int | str


class NameUse(NamedTuple):
    """`form` is `call` for `name.word(…)`, `attribute` for `name.word`, `handed` for an argument at a position or
    under a keyword, `test` where only its truth counts, and `lost` for all else: it may be kept or closed there.

    `node` is the call. `after` is whether it stands where something may have failed: in a handler or a `finally`.
    """

    form: str
    word: Slot = ""
    node: ast.Call | None = None
    after: bool = False


def uses_of(name: str, body: Sequence[ast.stmt]) -> Iterator[NameUse]:
    """Every use of a name but for those that bind it, in no order."""
    stack: list[tuple[ast.AST, ast.AST | None, ast.AST | None, bool]] = [(node, None, None, False) for node in body]
    while stack:
        node, parent, above, after = stack.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
                if any(isinstance(part, ast.Name) and part.id == name for part in nodes_of(node)):
                    yield NameUse("lost")
                continue
            case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
                yield NameUse("lost")
            case ast.Name(id=used, ctx=ast.Load()) if used == name:
                yield use_of(node, parent, above)._replace(after=after)
            case ast.Name(id=used, ctx=ast.Del()) if used == name:
                yield NameUse("lost")
        later = after or isinstance(node, ast.ExceptHandler)
        for field, value in ast.iter_fields(node):
            below = value if isinstance(value, list) else [value]
            stack += [
                (part, node, parent, later or field == "finalbody") for part in below if isinstance(part, ast.AST)
            ]


def use_of(node: ast.Name, parent: ast.AST | None, above: ast.AST | None) -> NameUse:
    match parent, above:
        case ast.Attribute(attr=method), ast.Call(func=func) if func is parent:
            return NameUse("call", method, above)
        case ast.Attribute(attr=name), _:
            return NameUse("attribute", name)
        case ast.Call(args=args), _ if node in args and not any(isinstance(arg, ast.Starred) for arg in args):
            return NameUse("handed", args.index(node), parent)
        case ast.keyword(arg=str(word)), ast.Call():
            return NameUse("handed", word, above)
        case (tested, _) if isinstance(tested, TESTS):
            return NameUse("test")
    return NameUse("lost")
