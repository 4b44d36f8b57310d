"""What a `__post_init__` does with input that validation has refused or converted before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from stackcheck import Context

TEXT = "text"
# What a field holds after validation, by the head of its annotation.
HOLDS = {
    **{f"builtins.{name}": name for name in ("bool", "dict", "float", "frozenset", "int", "list", "set", "tuple")},
    **{f"typing.{name}": name.lower() for name in ("Dict", "FrozenSet", "List", "Set", "Tuple")},
    "builtins.str": TEXT,
    "builtins.bytes": "bytes",
    "datetime.date": "date",
    "datetime.datetime": "datetime",
    "datetime.time": "time",
    "datetime.timedelta": "timedelta",
    "decimal.Decimal": "Decimal",
    "uuid.UUID": "UUID",
}
TEXT_METHODS = {"capitalize", "casefold", "encode", "endswith", "isdigit", "isnumeric", "lower", "lstrip", "partition",
                "removeprefix", "removesuffix", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith",
                "strip", "title", "upper", "zfill"}  # fmt: skip
TAKES_TEXT = {"json.loads", "datetime.date.fromisoformat", "datetime.datetime.fromisoformat",
              "datetime.datetime.strptime", "datetime.time.fromisoformat"}  # fmt: skip
RELATED = ({"bool", "int"}, {"date", "datetime"})
SCALARS = {"bool", "date", "datetime", "Decimal", "float", "int", "time", "timedelta", "UUID"}


class Late(NamedTuple):
    """A field that an expression asks for what it cannot be; `never` says what."""

    field: str
    never: str


def late_input(node: cst.ClassDef, method: cst.FunctionDef, ctx: Context) -> Iterator[tuple[cst.CSTNode, str]]:
    """The expressions that can no longer do what they are for, and what the field is instead."""
    held = dict(fields_of(node, ctx))
    if not held or not method.params.params:
        return
    me = method.params.params[0].name.value
    nodes = list(ctx.below(method.body))
    left = dict(held)  # a field that the method has set may hold anything
    ends: dict[cst.CSTNode, list[str]] = {}
    for one in nodes:
        for field in ends.pop(one, ()):
            left.pop(field, None)
        if isinstance(one, (cst.Assign, cst.AnnAssign, cst.AugAssign)):
            inside = set(ctx.below(one))
            after = next((node for node in nodes[nodes.index(one) :] if node not in inside), None)
            if after is not None:
                ends.setdefault(after, []).extend(assigned(one, me))
        late = late_in(one, me, left, ctx)
        if late:
            what = "text" if held[late.field] == TEXT else f"`{held[late.field]}`"
            yield one, f"`{me}.{late.field}` is {what} there{late.never}"


def fields_of(node: cst.ClassDef, ctx: Context) -> Iterator[tuple[str, str]]:
    """The fields without a default, which is not validated, with what they hold."""
    for statement in node.body.body:
        match statement:
            case cst.SimpleStatementLine(
                body=[cst.AnnAssign(target=cst.Name(value=name), annotation=declared, value=None)]
            ):
                head = declared.annotation
                head = head.value if isinstance(head, cst.Subscript) else head
                if holds := HOLDS.get(ctx.symbol(head)):
                    yield name, holds


def assigned(statement: cst.Assign | cst.AnnAssign | cst.AugAssign, me: str) -> Iterator[str]:
    targets = [statement.target] if not isinstance(statement, cst.Assign) else [one.target for one in statement.targets]
    for target in targets:
        for part in target.elements if isinstance(target, (cst.Tuple, cst.List)) else [cst.Element(target)]:
            if field := field_in(part.value, me):
                yield field


def field_in(node: cst.BaseExpression, me: str) -> str:
    match node:
        case cst.Attribute(value=cst.Name(value=owner), attr=cst.Name(value=name)) if owner == me:
            return name
    return ""


def late_in(node: cst.CSTNode, me: str, held: dict[str, str], ctx: Context) -> Late | None:
    match node:
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=sign, comparator=cst.Name("None"))]):
            field = field_in(left, me)
            if field in held and isinstance(sign, (cst.Is, cst.IsNot, cst.Equal, cst.NotEqual)):
                return Late(field, ", never None")
        case cst.Call(
            func=cst.Name("isinstance"), args=[cst.Arg(value=asked), cst.Arg(value=cst.Name(value=name) as cls)]
        ):
            field, other = field_in(asked, me), HOLDS.get(ctx.symbol(cls))
            if field in held and other and held[field] != other and {held[field], other} not in RELATED:
                return Late(field, f", never a `{name}`")
        case cst.Call(func=cst.Name("len"), args=[cst.Arg(value=asked)]) if held.get(field_in(asked, me)) in SCALARS:
            return Late(field_in(asked, me), " and has no length")
        case cst.Subscript(value=asked) if held.get(field_in(asked, me)) in SCALARS:
            return Late(field_in(asked, me), " and has no parts")
        case cst.Call(func=cst.Attribute(value=asked, attr=cst.Name(value=method))) if method in TEXT_METHODS:
            field = field_in(asked, me)
            if held.get(field, TEXT) not in {TEXT, "bytes"}:
                return Late(field, f" and has no `{method}`")
        case cst.Call(func=function, args=[cst.Arg(value=given), *_]):
            field = field_in(given, me)
            if held.get(field, TEXT) not in {TEXT, "bytes"} and ctx.symbol(function) in TAKES_TEXT:
                return Late(field, " already")
    return None
