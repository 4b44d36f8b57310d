"""Statements on the dictionary `values` that are rewritten as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from stackcheck import Context
from stackcheck_rules.pydantic._root_validator_names import SELF, Names, field_in
from stackcheck_rules.pydantic._root_validator_rewrite import Edits, replaced


class Update(NamedTuple):
    """A statement `values.update(…)`: the name in it, and the keys and values."""

    line: cst.SimpleStatementLine
    name: cst.Name
    pairs: list[tuple[str, cst.BaseExpression]]


def update_of(node: cst.CSTNode, values: str, names: Names, ctx: Context) -> Update | None:
    """`values.update(a=1)` or `values.update({"a": 1})`, where it sets one field, or all without reading others."""
    match node:
        case cst.SimpleStatementLine(
            body=[
                cst.Expr(value=cst.Call(func=cst.Attribute(cst.Name(given) as name, cst.Name("update")), args=[*args]))
            ]
        ) if given == values:
            pairs = [pair for arg in args for pair in pairs_of(arg)]
            read = [one for _, value in pairs for one in ctx.below(value, cst.Name)]
            alone = len(pairs) == 1 or all(one.value != values for one in read)
            if pairs and alone and all(names.is_field(field) for field, _ in pairs):
                return Update(node, name, pairs)
    return None


def pairs_of(arg: cst.Arg) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The keys and values of an argument of `update`; a key that is empty is none that can be read here."""
    match arg:
        case cst.Arg(keyword=cst.Name(field), value=value):
            yield field, value
        case cst.Arg(star="", value=cst.Dict(elements=elements)):
            for element in elements:
                match element:
                    case cst.DictElement(key=cst.SimpleString(evaluated_value=str(field)), value=value):
                        yield field, value
                    case _:
                        yield "", element.value
        case _:
            yield "", arg.value


def assignments(update: Update, edits: Edits) -> tuple[cst.CSTNode, ...] | None:
    """The update, one assignment a line."""
    lines = []
    for number, (field, value) in enumerate(update.pairs, start=1):
        new = replaced(value, edits)
        if not isinstance(new, cst.BaseExpression):
            return None
        assign = cst.Assign([cst.AssignTarget(cst.Attribute(SELF, cst.Name(field)))], new)
        above = update.line.leading_lines if number == 1 else ()
        beside = update.line.trailing_whitespace if number == len(update.pairs) else cst.TrailingWhitespace()
        lines.append(cst.SimpleStatementLine([assign], above, beside))
    return tuple(lines)


def only_asks_keys(node: cst.Try, values: str, names: Names, ctx: Context) -> bool:
    """Whether a `try` does nothing that can fail but to read fields, and handles nothing but a `KeyError`."""
    if node.orelse or node.finalbody or not isinstance(node.body, cst.IndentedBlock):
        return False
    for handler in node.handlers:
        if not isinstance(handler.type, cst.Name) or handler.type.value != "KeyError":
            return False
    for line in node.body.body:
        match line:
            case cst.SimpleStatementLine(body=[cst.Assign() | cst.AnnAssign() as assign]):
                match assign.value:
                    case cst.Subscript(value=cst.Name(name), slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
                        if name == values and field_in(key, names):
                            continue
        return False
    return True
