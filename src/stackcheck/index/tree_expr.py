"""LibCST expressions in the tuple form of `expr`, so that both trees are evaluated alike."""

from __future__ import annotations

import libcst as cst

from stackcheck.index.expr import LONGEST_STRING, OTHER, Expr, begins


def expr_of_node(node: cst.CSTNode) -> Expr:
    """The tuple form of a LibCST expression; what has none is `OTHER`."""
    match node:
        case cst.Name(value=name):
            return (
                ("const", {"None": None, "True": True, "False": False}[name]) if name in CONSTANTS else ("name", name)
            )
        case cst.Attribute(value=value, attr=cst.Name(value=name)):
            return ("attr", expr_of_node(value), name)
        case cst.Call(func=function, args=args):
            positional = [_argument(arg) for arg in args if arg.keyword is None and arg.star != "**"]
            words = [(arg.keyword.value if arg.keyword else "", expr_of_node(arg.value))
                     for arg in args if arg.keyword is not None or arg.star == "**"]  # fmt: skip
            return ("call", expr_of_node(function), tuple(positional), tuple(words))
        case cst.Subscript(value=value, slice=slices):
            items = [_slice(element.slice) for element in slices]
            return ("index", expr_of_node(value), items[0] if len(items) == 1 else ("tuple", tuple(items)))
        case cst.Await(expression=value):
            return ("await", expr_of_node(value))
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            return ("union", expr_of_node(left), expr_of_node(right))
        case cst.BinaryOperation(left=left, operator=cst.Add() | cst.Modulo() as operator):
            return _sum(expr_of_node(left), isinstance(operator, cst.Modulo))
        case cst.FormattedString(parts=[cst.FormattedStringText(value=text), *_]) if "\\" not in text:
            return begins(text.replace("{{", "{").replace("}}", "}"))
        case cst.BooleanOperation(left=left, right=right):
            return ("either", (expr_of_node(left), expr_of_node(right)))
        case cst.IfExp(body=body, orelse=orelse):
            return ("either", (expr_of_node(body), expr_of_node(orelse)))
        case cst.NamedExpr(value=value):
            return expr_of_node(value)
        case cst.List(elements=elements):
            return ("list", tuple(expr_of_node(element.value) for element in elements))
        case cst.Tuple(elements=elements):
            return ("tuple", tuple(expr_of_node(element.value) for element in elements))
        case cst.SimpleString() | cst.ConcatenatedString() | cst.Integer() | cst.Float():
            constant = node.evaluated_value
            if isinstance(constant, str):
                return ("const", constant if len(constant) <= LONGEST_STRING else "")
            return OTHER if constant is None or isinstance(constant, bytes) else ("const", constant)
        case cst.Ellipsis():
            return ("const", "...")
    return OTHER


CONSTANTS = {"None", "True", "False"}


def _sum(left: Expr, is_format: bool) -> Expr:
    match left:
        case ("const", str(text)):
            return begins(text.partition("%")[0] if is_format else text)
        case ("begins", _) if not is_format:
            return left
    return OTHER


def _argument(arg: cst.Arg) -> Expr:
    value = expr_of_node(arg.value)
    return ("item", value) if arg.star == "*" else value


def _slice(node: cst.BaseSlice) -> Expr:
    return expr_of_node(node.value) if isinstance(node, cst.Index) else ("slice",)
