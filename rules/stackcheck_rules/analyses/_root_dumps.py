"""What becomes of `tags.dict()` of a model with a `__root__`, where the result had that key and now is the value."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NamedTuple

from stackcheck import Span, nodes_of
from stackcheck_rules.analyses._source_text import SourceText, unwrapped

ROOT = "__root__"
Edits = tuple[tuple[Span, str], ...]
Parents = Mapping[ast.AST, ast.AST]


class Dumped(NamedTuple):
    """The edits that read the value where its key was read; `covers` are the nodes that say `__root__` there."""

    edits: Edits
    covers: tuple[ast.AST, ...]


def is_root(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == ROOT


def root_in(node: ast.AST | None) -> tuple[ast.expr, ...]:
    """The value and the key of `{"__root__": value}`; empty for anything else."""
    match node:
        case ast.Dict(keys=[ast.expr() as key], values=[value]) if is_root(key):
            return value, key
    return ()


def dumped(call: ast.Call, parents: Parents, source: SourceText) -> Dumped | None:
    """What to do about a call of `dict()`: where it stands, or where the one name stands that it is bound to."""
    match parents.get(call):
        case ast.Assign(targets=[ast.Name(id=name) as target]):
            around: ast.AST = call
            while around in parents and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                around = parents[around]
            named = [node for node in nodes_of(around) if isinstance(node, ast.Name) and node.id == name]
            if any(not isinstance(node.ctx, ast.Load) for node in named if node is not target):
                return None
            read = [taken(node, parents, source) for node in named if node is not target]
            found = [one for one in read if one is not None]
            if len(found) < len(read):
                return None
            edits = tuple(edit for one in found for edit in one.edits)
            return Dumped(edits, tuple(node for one in found for node in one.covers))
    return taken(call, parents, source)


def taken(node: ast.expr, parents: Parents, source: SourceText) -> Dumped | None:
    """The value of the key, read off an expression: `x["__root__"]`, `x.get("__root__")`, `x == {"__root__": …}`."""
    around = parents.get(node)
    match around:
        case ast.Subscript(value=value, slice=key) if value is node and is_root(key):
            return shortened(around, node, key, source)
        case ast.Attribute(value=value, attr="get") if value is node:
            match parents.get(around):
                case ast.Call(func=func, args=[key]) as call if func is around and is_root(key):
                    return shortened(call, node, key, source)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            literal = right if left is node else left
            if root_in(literal):
                value, key = root_in(literal)
                edits = unwrapped(value, source.span(literal), source, operand=True)
                return Dumped(edits, (literal, key)) if edits else None
    return None


def shortened(whole: ast.expr, kept: ast.expr, key: ast.expr, source: SourceText) -> Dumped:
    return Dumped(((Span(*source.span(kept)[2:], *source.span(whole)[2:]), ""),), (key,))
