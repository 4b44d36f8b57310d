"""`Annotated[…]` for a class that inherits from `ConstrainedStr` or one of its like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from stackcheck import Context, Imported, ImportRequest
from stackcheck_rules.pydantic._annotations import typing_name
from stackcheck_rules.pydantic._patterns import COMPILED_PATTERNS, anchored_code, is_anchored, pattern_of, text_of

NUMBER = {word: word for word in ("strict", "gt", "ge", "lt", "le", "multiple_of")}
FLOAT = {**NUMBER, "allow_inf_nan": "allow_inf_nan"}
DECIMAL = {**NUMBER, "max_digits": "max_digits", "decimal_places": "decimal_places"}
SIZE = {"min_items": "min_length", "max_items": "max_length"}
BYTES = {word: word for word in ("strict", "min_length", "max_length")}
TEXT = {**BYTES, "strip_whitespace": "strip_whitespace", "to_upper": "to_upper", "to_lower": "to_lower"}
# Of each class: the type that it is, and its attributes under the names of v2.
CLASSES: dict[str, tuple[str, dict[str, str]]] = {
    "pydantic.ConstrainedBytes": ("bytes", BYTES),
    "pydantic.ConstrainedDate": ("datetime.date", NUMBER),
    "pydantic.ConstrainedDecimal": ("decimal.Decimal", DECIMAL),
    "pydantic.ConstrainedFloat": ("float", FLOAT),
    "pydantic.ConstrainedFrozenSet": ("frozenset", SIZE),
    "pydantic.ConstrainedInt": ("int", NUMBER),
    "pydantic.ConstrainedList": ("list", SIZE),
    "pydantic.ConstrainedSet": ("set", SIZE),
    "pydantic.ConstrainedStr": ("str", TEXT),
}


class Alias(NamedTuple):
    code: str
    imports: tuple[ImportRequest, ...]
    exact: bool = True


def attributes_of(cls: cst.ClassDef) -> list[tuple[str, cst.BaseExpression]] | None:
    """What the body of a class assigns, docstring apart; None if it does anything else."""
    found = []
    for line in cls.body.body if isinstance(cls.body, cst.IndentedBlock) else ():
        match line:
            case cst.SimpleStatementLine(
                body=[
                    cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value)
                    | cst.AnnAssign(target=cst.Name(value=name), value=cst.BaseExpression() as value)
                ]
            ):
                found.append((name, value))
            case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString())]) if line is cls.body.body[0]:
                pass
            case _:
                return None
    return found


def alias_of(cls: cst.ClassDef, symbol: str, ctx: Context) -> Alias | None:
    """The type that says the same as a class; None where the class is more than a list of constraints."""
    attributes = attributes_of(cls)
    if not attributes or cls.decorators or len(cls.bases) != 1:
        return None
    base, words = CLASSES[symbol]
    given = {name: value for name, value in attributes if ctx.code(value) != "None"}
    own = ctx.outline.scopes[ctx.qualname(cls)].bindings
    if any(name.value in own for value in given.values() for name in ctx.below(value, cst.Name)):
        return None
    item = given.pop("item_type", None)
    if words is SIZE:
        given.pop("__args__", None)  # the item type once more
    parts = list(constraints(given, words, ctx))
    type_name, annotated = name_of(base, ctx), typing_name("Annotated", ctx)
    function = ctx.name("pydantic.StringConstraints" if base == "str" else "pydantic.Field")
    if None in parts or not parts or type_name is None or annotated is None or function is None:
        return None
    if (item is None) == (words is SIZE):
        return None
    inner = f"{type_name.code}[{ctx.code(item)}]" if item is not None else type_name.code
    written = ", ".join(part.code for part in parts if part)
    imports = [request for name in (type_name, annotated, function) for request in name.requests]
    imports += [request for part in parts if part for request in part.imports]
    cased = "regex" in given and any(ctx.code(given[word]) != "False" for word in {"to_lower", "to_upper"} & {*given})
    exact = all(part.exact for part in parts if part) and not cased
    return Alias(f"{annotated.code}[{inner}, {function.code}({written})]", tuple(imports), exact)


def name_of(base: str, ctx: Context) -> Imported | None:
    """How to write a type: a builtin, or a class to import."""
    if "." in base:
        return ctx.name(base)
    return None if base in ctx.outline.module.bindings or ctx.outline.stars else Imported(base, ())


def constraints(given: dict[str, cst.BaseExpression], words: dict[str, str], ctx: Context) -> Iterator[Alias | None]:
    """Each constraint as an argument; None for what Pydantic 2 does not have."""
    for name, value in given.items():
        if name == "regex" and words is TEXT:
            pattern = compiled_pattern(value, ctx) or pattern_of(ctx.code(value), ctx.expr(value), "", ctx)
            yield Alias(f"pattern={pattern.code}", pattern.imports, pattern.exact) if pattern else None
        else:
            yield Alias(f"{words[name]}={ctx.code(value)}", ()) if name in words else None


def compiled_pattern(value: cst.BaseExpression, ctx: Context) -> Alias | None:
    """The pattern for `re.compile("…")`, with which v1 also matched at the start of the text."""
    match value:
        case cst.Call(func=function, args=[cst.Arg(value=literal, keyword=None), *flags]):
            code = ctx.code(literal)
            text = text_of(code)
            if ctx.symbol(function) != "re.compile" or text is None:
                return None
            if not flags:
                plain = pattern_of(code, ("const", text), "", ctx)
                return Alias(plain.code, plain.imports) if plain else None
            anchored = code if is_anchored(text) else anchored_code(text, code)
            if anchored and "M" not in ctx.code(value) and ctx.allows("pydantic", COMPILED_PATTERNS):
                rest = ", ".join(ctx.code(flag).rstrip(", ") for flag in flags)
                return Alias(f"{ctx.code(function)}({anchored}, {rest})", ())
    return None
