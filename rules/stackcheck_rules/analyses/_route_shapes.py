"""What the statements and expressions of a route look like: guards, patches, texts, chains of calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from stackcheck import Expr, expr_of
from stackcheck_rules.analyses._node_names import last_name
from stackcheck_rules.analyses._words import words

LOGS = words("debug info warning warn error exception critical fatal log print print_exc capture_exception")
TEXT = (ast.JoinedStr, ast.List, ast.Tuple)


def is_refusal(body: Sequence[ast.stmt]) -> bool:
    """Whether a block raises, after no more than logging, rolling back and wording the message."""
    return isinstance(body[-1], ast.Raise) and all(is_preparation(statement) for statement in body[:-1])


def is_preparation(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=func) | ast.Await(value=ast.Call(func=func))):
            return last_name(func) in LOGS | {"rollback"}
        case ast.Assign(targets=[ast.Name()], value=ast.JoinedStr() | ast.Constant(value=str())):
            return True
    return False


def is_existence(test: ast.expr) -> bool:
    """`x`, `not x`, `x is None`, whatever way x was come by."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=value):
            return is_existence(value)
        case ast.Compare(ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return True
    return isinstance(test, (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Await, ast.NamedExpr))


def is_patch(loop: ast.For | ast.AsyncFor | ast.While) -> bool:
    """`for name, value in changes.items(): setattr(row, name, value)`, in whatever way it is spelt."""
    match loop:
        case ast.For(body=[ast.Expr(value=ast.Call(func=ast.Name(id="setattr")))], orelse=[]):
            return True
    return False


def is_building(node: ast.expr) -> bool:
    """Whether `+`, `%`, `*` or `/` makes a text, a list or a path, as far as its parts show."""
    match node:
        case ast.BinOp(left=left, right=right):
            return is_building(left) or is_building(right)
        case ast.Constant(value=str() | bytes()):
            return True
    return isinstance(node, TEXT)


def parts_of_text(node: ast.expr) -> Iterator[ast.expr]:
    """The operands of a chain of `+` that makes a text."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from parts_of_text(left)
            yield from parts_of_text(right)
        case ast.BinOp(left=left, right=right) if is_building(node):
            yield from (left, right)
        case _:
            yield node


def operands(node: ast.expr) -> Iterator[Expr]:
    """The names, attributes and calls that a calculation starts from."""
    match node:
        case ast.BinOp(left=left, right=right):
            yield from operands(left)
            yield from operands(right)
        case ast.Attribute() | ast.Call():
            yield shape(node)


def shape(node: ast.expr) -> Expr:
    """The tuple form of a chain of names, attributes and calls, without the arguments."""
    match node:
        case ast.Attribute(value=value, attr=name):
            return ("attr", shape(value), name)
        case ast.Call(func=func):
            return ("call", shape(func), (), ())
        case ast.Await(value=value):
            return ("await", shape(value))
    return expr_of(node) if isinstance(node, (ast.Name, ast.Subscript)) else ("other",)
