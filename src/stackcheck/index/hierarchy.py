"""Classes and their bases, across files: what a class inherits from, and the word for its instances."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from stackcheck.index.expr import Expr
from stackcheck.index.kinds import Kind, KindTable
from stackcheck.index.project import Project

PLAIN = ("builtins.", "typing.", "typing_extensions.", "abc.", "enum.")  # homes of bases that hide nothing
Evaluate = Callable[[str, str, Expr], Kind]  # (file, scope, expression)


class Ancestry(NamedTuple):
    """Every class above a class, itself first, nearest first; `whole` if none was out of reach."""

    classes: tuple[Kind, ...]
    whole: bool


def ancestry_of(kind: Kind, project: Project, table: KindTable, evaluate: Evaluate) -> Ancestry:
    """The ancestry of a `class` kind. Bases are taken depth first, left to right."""
    found: list[Kind] = []
    whole = _climb(kind, found, project, table, evaluate)
    return Ancestry(tuple(found), whole)


def _climb(kind: Kind, found: list[Kind], project: Project, table: KindTable, evaluate: Evaluate) -> bool:
    if any(other.symbol == kind.symbol and other.file == kind.file for other in found):
        return True
    found.append(kind)
    whole = True
    for base in bases_of(kind, project, table, evaluate):
        if base.word == "external" and base.symbol.startswith(PLAIN):
            continue
        whole &= base.word == "class" and _climb(base, found, project, table, evaluate)
    return whole


def bases_of(kind: Kind, project: Project, table: KindTable, evaluate: Evaluate) -> Iterator[Kind]:
    """The kinds of a class's bases; one that is no class stands for a base that is out of reach."""
    if not kind.file:
        for name in table.bases.get(kind.symbol, ()):
            yield Kind("class", name)
        return
    scope = project.scope(kind.file, kind.symbol)
    if scope is None:
        return
    for decorator in scope.decorators:
        called = decorator[1] if decorator[0] == "call" else decorator
        base = table.decorators.get(evaluate(kind.file, scope.parent, called).symbol)
        if base:
            yield Kind("class", base)
    for word, expr in scope.keywords:
        base = table.decorators.get(evaluate(kind.file, scope.parent, expr).symbol) if word == "metaclass" else None
        if base:
            yield Kind("class", base)
    for expr in scope.bases:
        yield evaluate(kind.file, scope.parent, expr)


def instance_of(ancestry: Ancestry, table: KindTable) -> Kind:
    """The kind of the instances of the first class of an ancestry, by the most derived class that has a word."""
    first = ancestry.classes[0]
    known = [one.symbol for one in ancestry.classes if not one.file and one.symbol in table.instances]
    # `class Settings(Mixin, BaseSettings)` over a mixin that is a plain model makes settings.
    extended = {base for symbol in known for base in table.bases.get(symbol, ())}
    word = next((table.instances[symbol] for symbol in known if symbol not in extended), "instance")
    return Kind(word, first.symbol, first.file, first.args)
