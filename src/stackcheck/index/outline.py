"""The outline of one Python file: scopes, what each name is bound to, what functions return.

Holds strings, tuples and spans only, so that it can be stored and compared; `reader` makes it.
"""

from __future__ import annotations

import ast
import gc
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from stackcheck.finding import Span
from stackcheck.index.expr import OTHER, Expr

Node = TypeVar("Node", bound=ast.AST)


class Binding(NamedTuple):
    """One place that gives a name its value: `expr` is the value, `annotation` what was declared.

    `scope` is the qualname in which `expr` is to be read; `runtime` is false under `TYPE_CHECKING`.
    """

    expr: Expr
    span: Span
    scope: str
    annotation: Expr = OTHER
    runtime: bool = True


class Param(NamedTuple):
    """A parameter: `form` is `/`, ``, `*`, `kw` or `**`."""

    name: str
    annotation: Expr
    default: Expr
    form: str
    span: Span


@dataclass(slots=True)
class Scope:
    """The module (qualname empty), a class or a function.

    Never changed once the outline is read. `number` counts definitions in source order from 1;
    the module is 0. `members` are instance attributes set in methods: `self.x = …`.
    """

    form: str
    qualname: str
    number: int
    parent: str
    span: Span
    is_async: bool = False
    params: tuple[Param, ...] = ()
    decorators: tuple[Expr, ...] = ()
    bases: tuple[Expr, ...] = ()
    keywords: tuple[tuple[str, Expr], ...] = ()
    returns: Expr = OTHER
    values: list[Expr] = field(default_factory=list)
    yields: list[Expr] = field(default_factory=list)
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    members: dict[str, list[Binding]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.qualname.rpartition(".")[2].partition("#")[0]

    def header(self) -> tuple[Any, ...]:
        """All that a caller can know of this scope, without spans."""
        params = tuple((p.name, p.annotation, p.default, p.form) for p in self.params)
        inside = (tuple(self.values), tuple(self.yields))
        return (self.form, self.parent, self.is_async, params, self.decorators, self.bases, self.keywords,
                self.returns, inside)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outline:
    """`scopes` by qualname, in source order, the module first under the empty name."""

    scopes: dict[str, Scope]
    stars: tuple[tuple[str, bool], ...] = ()
    exports: tuple[str, ...] | None = None
    imports: tuple[str, ...] = ()

    @property
    def module(self) -> Scope:
        return self.scopes[""]

    def numbered(self) -> list[str]:
        """Qualnames by number: position n is the n-th definition of the file."""
        return list(self.scopes)

    def classes(self) -> Iterator[Scope]:
        return (scope for scope in self.scopes.values() if scope.form == "class")

    def functions(self) -> Iterator[Scope]:
        return (scope for scope in self.scopes.values() if scope.form == "function")


@lru_cache(maxsize=1)  # several analyses look at one tree after the other
def definitions(tree: ast.Module) -> Sequence[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """The definitions of a file in source order: entry n is number n + 1 of its outline."""
    found: list[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef] = []
    stack: list[ast.stmt] = list(reversed(tree.body))
    while stack:
        statement = stack.pop()
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            found.append(statement)
        below: list[ast.stmt] = []
        for name in ("body", "handlers", "orelse", "finalbody", "cases"):
            for child in getattr(statement, name, ()):
                below += [child] if isinstance(child, ast.stmt) else child.body
        stack.extend(reversed(below))
    return found


def nodes_of(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node of a tree but for those without fields, in no order that means anything.

    Half the time of `ast.walk`.
    """
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        for name in node._fields:
            value = getattr(node, name, None)
            if type(value) is list:
                stack.extend([item for item in value if isinstance(item, ast.AST)])
            elif isinstance(value, ast.AST) and value._fields:  # not `Load`, `Add` and their like
                stack.append(value)


@lru_cache(maxsize=1)
def _by_type(tree: ast.Module) -> Mapping[type[ast.AST], Sequence[ast.AST]]:
    found: dict[type[ast.AST], list[ast.AST]] = {}
    for node in nodes_of(tree):
        found.setdefault(type(node), []).append(node)
    return found


def nodes_of_type(tree: ast.Module, kind: type[Node]) -> Sequence[Node]:
    """Every node of exactly one type in a file, in no order that means anything; one walk serves all types."""
    return _by_type(tree).get(kind, ())  # type: ignore[return-value] # the key is the type of the values


def parse_tree(text: str) -> ast.Module:
    """`ast.parse` without the warnings of the code that is read, and without collections meanwhile."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    finally:
        if enabled:
            gc.enable()
