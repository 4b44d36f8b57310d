"""Which declared root an expression is about: a class that declares one, an heir of it, or a created model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Evaluator, Expr, Kind, Span
from stackcheck_rules.analyses._pydantic_kinds import MAKERS, MODELS

SUPER: Expr = ("call", ("name", "super"), (), ())
Key = tuple[str, Span]  # the file and the place of a declaration


class Owners(NamedTuple):
    """Declarations by (file, qualname) of their class; of created models by (file, scope, name) of what they
    are bound to, and by (file, call) where only one is made by such a call."""

    classes: Mapping[tuple[str, str], Key]
    created: Mapping[tuple[str, str, str], Key]
    calls: Mapping[tuple[str, Expr], Key]


def owner_of(
    file: str, scope: str, expr: Expr, owners: Owners, evaluator: Evaluator, *, instance: bool, spelled: bool = True
) -> Key | tuple[()] | None:
    """The declaration behind an instance, or a class; `()` for what has no such root, None if unknown.

    Where `__root__` is `spelled` of a model without one, it is a subclass's: unknown.
    """
    function = evaluator.project.scope(file, scope) if expr == SUPER else None
    # What `super()` reads of an instance is the instance's.
    kind = evaluator.instance(Kind("class", function.parent, file)) if function else evaluator.value(file, scope, expr)
    if not kind.known or not kind.certain or (kind.word in MODELS and not kind.symbol):
        return shared_owner(file, scope, expr, owners, evaluator) if instance else None
    if not kind.file and kind.symbol == "pydantic.BaseModel":
        return created_owner(file, scope, expr, owners, evaluator, instance=instance)
    is_class = kind.word == "class"
    made = evaluator.instance(kind) if is_class else kind
    if made.word not in MODELS:
        return () if kind.word not in {"external", "module", "function", "constant"} else None
    ancestry = evaluator.ancestry(Kind("class", kind.symbol, kind.file))
    found = {owners.classes[cls.file, cls.symbol] for cls in ancestry.classes
             if (cls.file, cls.symbol) in owners.classes}  # fmt: skip
    if not found:
        return () if ancestry.whole and not spelled else None
    return found.pop() if len(found) == 1 and is_class != instance else None


def shared_owner(file: str, scope: str, expr: Expr, owners: Owners, evaluator: Evaluator) -> Key | tuple[()] | None:
    """The declaration behind a value of several classes, or behind an attribute that each of them has."""
    head, names = expr, []
    while head[0] == "attr":
        names.append(head[2])
        head = head[1]
    match head:
        case ("param", position):
            function = evaluator.project.scope(file, scope)
            if function is None or position >= len(function.params):
                return None
            note, scope = function.params[position].annotation, function.parent
        case ("as", note, _):
            pass
        case _:
            return None
    parts = list(members_of(file, scope, note, evaluator))
    found = {
        owner_of(file, scope, below(("instance", part), names), owners, evaluator, instance=True)
        for file, scope, part in parts
    }
    return found.pop() if len(parts) > 1 and len(found) == 1 else None


def below(expr: Expr, names: list[str]) -> Expr:
    """The attribute of an attribute of an expression, innermost name last."""
    for name in reversed(names):
        expr = ("attr", expr, name)
    return expr


def members_of(file: str, scope: str, note: Expr, evaluator: Evaluator) -> Iterator[tuple[str, str, Expr]]:
    """The (file, scope, type) of each part of a union, through aliases; a type that is none is its only part."""
    match note:
        case ("union", left, right):
            yield from members_of(file, scope, left, evaluator)
            yield from members_of(file, scope, right, evaluator)
        case ("const", None):
            return
        case ("index", base, inside) if evaluator.value(file, scope, base).symbol in {
            "typing.Union",
            "typing.Optional",
        }:
            for part in inside[1] if inside[0] == "tuple" else (inside,):
                yield from members_of(file, scope, part, evaluator)
        case ("name" | "attr", *_):
            source = evaluator.definition(file, scope, note)
            bound = evaluator.project.bindings(source[0], "", source[1]) if source else ()
            if source and len(bound) == 1 and bound[0].expr[0] in {"index", "union"}:
                yield from members_of(source[0], "", bound[0].expr, evaluator)
            else:
                yield file, scope, note
        case _:
            yield file, scope, note


def created_owner(
    file: str, scope: str, expr: Expr, owners: Owners, evaluator: Evaluator, *, instance: bool
) -> Key | None:
    """The declaration behind `Tags = create_model("Tags", __root__=…)`, or behind what is made of it."""
    if not instance:
        return bound_to(file, scope, expr, owners, evaluator)
    match expr:
        case ("call", ("attr", cls, name), *_) if name in MAKERS:
            return bound_to(file, scope, cls, owners, evaluator)
        case ("call", cls, *_):
            return bound_to(file, scope, cls, owners, evaluator)
        case ("name", name):
            bindings, _ = evaluator.lookup(file, scope, name)
            if len(bindings) == 1:
                bound = bindings[0]
                if bound.annotation[0] != "other":
                    return bound_to(file, bound.scope, bound.annotation, owners, evaluator)
                if bound.expr[0] == "call":
                    return created_owner(file, bound.scope, bound.expr, owners, evaluator, instance=True)
        case ("param", position):
            function = evaluator.project.scope(file, scope)
            if function is not None and position < len(function.params):
                return bound_to(file, function.parent, function.params[position].annotation, owners, evaluator)
        case ("as", annotation, _):
            return bound_to(file, scope, annotation, owners, evaluator)
    return None


def bound_to(file: str, scope: str, expr: Expr, owners: Owners, evaluator: Evaluator) -> Key | None:
    match expr:
        case ("call", *_):
            return owners.calls.get((file, expr))
        case ("name", name):
            bindings, holder = evaluator.lookup(file, scope, name)
            if len(bindings) == 1 and bindings[0].expr[0] != "from":
                return owners.created.get((file, holder, name))
    source = evaluator.definition(file, scope, expr)
    if source is None or len(evaluator.project.bindings(source[0], "", source[1])) != 1:
        return None
    return owners.created.get((source[0], "", source[1]))
