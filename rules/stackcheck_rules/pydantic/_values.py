"""Bare values in the body of a model: whether they are data, and of which type."""

from __future__ import annotations

from typing import NamedTuple

from stackcheck import Context, Expr, Kind, dotted
from stackcheck_rules.analyses.class_fields import ClassField
from stackcheck_rules.pydantic._annotations import symbol_of
from stackcheck_rules.pydantic._field_fixes import is_enum
from stackcheck_rules.pydantic._models import is_model_class

# Classes whose call makes an instance of just that class.
MADE = {"builtins.bool", "builtins.bytes", "builtins.dict", "builtins.float", "builtins.frozenset", "builtins.int",
        "builtins.list", "builtins.set", "builtins.str", "builtins.tuple", "collections.OrderedDict",
        "datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta", "decimal.Decimal",
        "pydantic.SecretBytes", "pydantic.SecretStr", "uuid.UUID"}  # fmt: skip
CLOCKS = {"datetime.datetime": {"now", "utcnow", "today"}, "datetime.date": {"today"}}
FORMS = {"list": "list", "tuple": "tuple", "set": "set", "dict": "dict"}
MISSING = "NoneType"


class Value(NamedTuple):
    """`annotation` is how to write its type, empty where that is not known; `symbol` is what it resolves to."""

    annotation: str
    symbol: str = ""


def key_of(kind: Kind) -> str:
    """What tells a class of the project from others."""
    return f"{kind.file}:{kind.symbol}" if kind.file else kind.symbol


def value_of(field: ClassField, ctx: Context) -> Value | None:
    """What is known of the value of a field; None where it may be something else than data."""
    if field.type:
        return builtin(field.type)
    return expression(field.value or ("other",), field.qualname, ctx)


def builtin(name: str) -> Value:
    return Value("") if name == MISSING else Value(name, f"builtins.{name}")


def expression(value: Expr, scope: str, ctx: Context) -> Value | None:
    match value:
        case ("const", held) if held != "...":
            return builtin(type(held).__name__)
        case (form, _) if form in FORMS:
            return builtin(FORMS[form])
        case ("call", function, positional, keywords):
            return made(function, positional, dict(keywords), scope, ctx)
        case ("attr", owner, _) if is_enum(ctx.kind(owner, scope), ctx):
            return Value(dotted(owner), key_of(ctx.kind(owner, scope)))
        case ("name", _) | ("attr", _, _):
            source = ctx.source_of(value, scope)
            match ctx.bindings(Kind("module", "", source[0]), source[1]) if source else ():
                case (("const", held),) if held != "...":
                    return builtin(type(held).__name__)
    return None


def made(
    function: Expr, positional: tuple[Expr, ...], keywords: dict[str, Expr], scope: str, ctx: Context
) -> Value | None:
    kind = ctx.kind(function, scope)
    symbol = symbol_of(function, scope, "", ctx)
    if symbol == "pydantic.Field":
        default = positional[0] if positional else keywords.get("default", ("other",))
        return expression(default, scope, ctx) or Value("")
    if symbol in MADE or is_model_class(kind, ctx):
        return Value(dotted(function), symbol or key_of(kind))
    if function[0] == "attr" and function[2] in CLOCKS.get(symbol_of(function[1], scope, "", ctx), ()):
        return Value(dotted(function[1]), symbol_of(function[1], scope, "", ctx))
    return None
