"""The outline of one Python file: scopes, what each name is bound to, what functions return.

Holds strings, tuples and spans only, so that it can be stored and compared; `reader` makes it.
"""

from __future__ import annotations

import ast
import gc
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from stackcheck.finding import Span
from stackcheck.index.expr import OTHER, Expr


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
