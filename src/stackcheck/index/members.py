"""Attributes: of modules, of classes and of their instances, by the ancestry and by the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackcheck.index import calls
from stackcheck.index.hierarchy import Ancestry
from stackcheck.index.kinds import NO_ARGUMENTS, UNKNOWN, Kind, join

if TYPE_CHECKING:
    from stackcheck.index.evaluator import Evaluator

PROPERTIES = {"builtins.property", "functools.cached_property"}


def attribute(evaluator: Evaluator, file: str, owner: Kind, name: str) -> Kind:
    match owner.word:
        case "module" if owner.file:
            bound = evaluator.project.bindings(owner.file, "", name) or evaluator.project.stars(owner.file)
            kind = evaluator.value(owner.file, "", ("name", name)) if bound else UNKNOWN
            return kind if kind.known else submodule(evaluator, file, owner, name)
        case "module":
            return submodule(evaluator, file, owner, name)
        case "external":
            return evaluator.external(f"{owner.symbol}.{name}")
        case "class":
            return member(evaluator, owner, name, on_class=True)
        case "unknown" | "bottom" | "constant" | "function":
            return UNKNOWN
        case _ if name == "__class__":
            return Kind("class", owner.symbol, owner.file, owner.args, owner.certain) if owner.symbol else UNKNOWN
    return member(evaluator, owner, name, on_class=False)


def submodule(evaluator: Evaluator, file: str, owner: Kind, name: str) -> Kind:
    below = evaluator.module(file, f"{owner.symbol}.{name}")
    return below if below.word == "module" else UNKNOWN


def member(evaluator: Evaluator, owner: Kind, name: str, *, on_class: bool) -> Kind:
    """An attribute of an instance or of a class, by its ancestry, then by the table."""
    cls = owner if on_class else Kind("class", owner.symbol, owner.file)
    ancestry = evaluator.ancestry(cls) if owner.symbol else Ancestry((), True)
    for ancestor in ancestry.classes:
        if not ancestor.file:
            continue
        bindings = [
            *evaluator.project.bindings(ancestor.file, ancestor.symbol, name),
            *(() if on_class else evaluator.project.members(ancestor.file, ancestor.symbol, name)),
        ]
        if bindings:
            kind = join([evaluator.bound(ancestor.file, binding) for binding in bindings])
            if kind.word != "function":
                return kind
            if is_property(evaluator, kind) and not on_class:
                return calls.returned(evaluator, kind)
            return kind._replace(args=(owner,))
    word = f"class {evaluator.instance(cls).word}" if on_class else owner.word
    held = evaluator.table.attributes.get(f"{word}.{name}")
    if held is not None:
        return calls.result_of(evaluator, held, owner, NO_ARGUMENTS)
    if f"{word}.{name}" in evaluator.table.methods:
        return Kind("method", f"{word}.{name}", args=(owner,))
    return UNKNOWN


def is_property(evaluator: Evaluator, function: Kind) -> bool:
    scope = evaluator.project.scope(function.file, function.symbol)
    if scope is None:
        return False
    found = {evaluator.value(function.file, scope.parent, decorator).symbol for decorator in scope.decorators}
    return bool(found & PROPERTIES)
