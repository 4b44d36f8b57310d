"""The nodes of an `ast` tree: all of them, those of one type, what is around each, and the definitions.

Several analyses look at one tree after the other: what they share of it is read once, and kept for one tree.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

Node = TypeVar("Node", bound=ast.AST)
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

# Fields that hold text, numbers, operators or `Load` and its like: nothing that has fields itself.
PLAIN = {
    "arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module", "op",
    "ops", "rest", "simple", "tag", "type_comment", "type_ignores",
}  # fmt: skip
ALSO_PLAIN: Mapping[type[ast.AST], frozenset[str]] = {
    ast.Constant: frozenset({"value"}),
    ast.MatchSingleton: frozenset({"value"}),
    ast.Global: frozenset({"names"}),
    ast.Nonlocal: frozenset({"names"}),
    **{
        kind: frozenset({"name"})
        for kind in (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.ExceptHandler, ast.alias, ast.MatchAs,
                     ast.MatchStar)
    },
}  # fmt: skip
BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
DEFINING = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
SIMPLE = {ast.AnnAssign, ast.Assert, ast.Assign, ast.AugAssign, ast.Break, ast.Continue, ast.Delete, ast.Expr,
          ast.Import, ast.ImportFrom, ast.Pass, ast.Raise, ast.Return}  # fmt: skip


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    return tuple(name for name in kind._fields if name not in PLAIN and name not in ALSO_PLAIN.get(kind, ()))


def _kinds(kind: type[ast.AST]) -> Iterator[type[ast.AST]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


# In the order of the language's grammar; a type of parameters (Python 3.12) has a `name` to be passed over.
FIELDS: Mapping[type[ast.AST], tuple[str, ...]] = {kind: _fields(kind) for kind in _kinds(ast.AST)}


def children_of(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one, in the order of its fields, but for those without fields."""
    found: list[ast.AST] = []
    for name in FIELDS[type(node)]:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [item for item in value if item is not None]
        elif value is not None:
            found.append(value)
    return found


def nodes_of(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node of a tree but for those without fields, in no order that means anything.

    A quarter of the time of `ast.walk`.
    """
    fields = FIELDS
    stack: list[ast.AST | None] = [tree]
    while stack:
        node = stack.pop()
        if node is None:  # in a display that unpacks, among the defaults of keywords
            continue
        yield node
        for name in fields[type(node)]:
            value = getattr(node, name, None)
            if type(value) is list:
                stack += value
            elif value is not None:
                stack.append(value)


class _Statements(NamedTuple):
    by_type: Mapping[type[ast.AST], Sequence[ast.AST]]
    definitions: Sequence[Definition]
    shared: frozenset[str]


@lru_cache(maxsize=1)
def _statements(tree: ast.Module) -> _Statements:
    """The statements of a file in source order: a third of the time that all nodes take."""
    found: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    defined: list[Definition] = []
    shared: set[str] = set()
    stack: list[ast.stmt] = tree.body[::-1]
    while stack:
        statement = stack.pop()
        found[type(statement)].append(statement)
        if type(statement) in SIMPLE:
            continue
        if isinstance(statement, DEFINING):
            defined.append(statement)
            stack += statement.body[::-1]
        elif isinstance(statement, (ast.Global, ast.Nonlocal)):
            shared.update(statement.names)
        else:
            below: list[ast.stmt] = []
            for name in BLOCKS:
                for child in getattr(statement, name, ()):
                    below += [child] if isinstance(child, ast.stmt) else child.body
            stack += below[::-1]
    return _Statements(dict(found), defined, frozenset(shared))


@lru_cache(maxsize=1)
def _by_type(tree: ast.Module) -> Mapping[type[ast.AST], Sequence[ast.AST]]:
    found: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    for node in nodes_of(tree):
        found[type(node)].append(node)
    return dict(found)


def nodes_of_type(tree: ast.Module, kind: type[Node]) -> Sequence[Node]:
    """Every node of exactly one type in a file, in no order that means anything; one walk serves all types."""
    among = _statements(tree).by_type if issubclass(kind, ast.stmt) else _by_type(tree)
    return among.get(kind, ())  # type: ignore[return-value] # the key is the type of the values


@lru_cache(maxsize=1)
def parents_of(tree: ast.Module) -> Mapping[ast.AST, ast.AST]:
    """What each node of a file stands right below; read once for all that ask."""
    return {child: node for node in nodes_of(tree) for child in children_of(node)}


def definitions(tree: ast.Module) -> Sequence[Definition]:
    """The definitions of a file in source order: entry n is number n + 1 of its outline."""
    return _statements(tree).definitions


def shared_names(tree: ast.Module) -> frozenset[str]:
    """The names that functions of a file bind for the scopes around them, by `global` and `nonlocal`."""
    return _statements(tree).shared
