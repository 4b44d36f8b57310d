"""What of a call that makes a declarative base goes into a class instead, and how safe that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from stackcheck import Applicability, Context, Expr, Kind
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses._source_text import SourceText

OF_REGISTRIES = {"as_declarative_base", "generate_base"}


class Part(NamedTuple):
    """Bases and (name, code) attributes of the class."""

    bases: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    safety: Applicability = "safe"


def parts_of(call: Call, source: SourceText, ctx: Context) -> list[Part] | None:
    """What the arguments and the registry of a call become; None where a class cannot say one of them."""
    parts = [part_of(argument, call, source, ctx) for argument in call.arguments]
    if call.name in OF_REGISTRIES:
        parts.append(of_registry(call, source, ctx))
    found = [part for part in parts if part is not None]
    names = [name for part in found for name, _ in part.attributes]
    if len(found) < len(parts) or ("metadata" in names and "registry" in names):
        return None
    attributes = [one for part in found for one in part.attributes]
    return found if is_readable(attributes, in_function=bool(call.scope)) else None


def part_of(argument: Argument, call: Call, source: SourceText, ctx: Context) -> Part | None:
    code = source.cut(argument.span).partition("=")[2].strip()
    match argument:
        case Argument(name="name") | Argument(name="metadata" | "type_annotation_map", expr=("const", None)):
            return Part()
        case Argument(name="metadata", expr=value):
            known = ctx.kind(value, call.scope).word == "metadata"
            return Part((), (("metadata", code),), "safe" if known else "unsafe")
        case Argument(name="type_annotation_map"):
            return Part((), (("type_annotation_map", code),))
        case Argument(name="cls", expr=("tuple", items)) if code.startswith("("):
            codes = [part.strip() for part in code[1:-1].split(",") if part.strip()]
            return mixed(codes, items, call, ctx) if len(codes) == len(items) else None
        case Argument(name="cls", expr=value):
            return mixed([code], [value], call, ctx)
    return None


def mixed(codes: Sequence[str], classes: Sequence[Expr], call: Call, ctx: Context) -> Part | None:
    """Mixins; the constructor came before one of theirs, which it does no more in a class."""
    kinds = [ctx.kind(cls, call.scope) for cls in classes]
    if [kind.symbol for kind in kinds] == ["builtins.object"]:
        return Part()
    return None if any(is_special(kind, ctx) for kind in kinds) else Part(tuple(codes), (), "unsafe")


def is_special(cls: Kind, ctx: Context) -> bool:
    """Whether a class makes objects itself, or names a table, which no `DeclarativeBase` may."""
    for ancestor in ctx.ancestry(cls).classes:
        table = [expr[0] for expr in (*ctx.bindings(ancestor, "__tablename__"), *ctx.bindings(ancestor, "__table__"))]
        if ctx.bindings(ancestor, "__init__") or any(form != "def" for form in table):
            return True
    return False


def of_registry(call: Call, source: SourceText, ctx: Context) -> Part | None:
    """`registry = …` for `mapper_registry.generate_base()`; one that is made right there says nothing."""
    match call.receiver:
        case ("call", function, (), ()) if ctx.symbol(function, call.scope) == "sqlalchemy.orm.registry":
            return Part((), (), "unsafe")
    if ctx.kind(call.receiver, call.scope).word != "registry":
        return None
    return Part((), (("registry", source.cut(call.owner)),), "unsafe")


def is_readable(attributes: Sequence[tuple[str, str]], *, in_function: bool) -> bool:
    """Whether the class body reads in each value what was read before.

    A name that the body binds above is the class's own, and no name that it binds is looked up in a
    function around it.
    """
    for at, (_, code) in enumerate(attributes):
        bound = [name for name, _ in (attributes if in_function else attributes[:at])]
        if any(re.search(rf"(?<![\w.]){name}\b(?!\s*=[^=])", code) for name in bound):
            return False
    return True
