"""What `json_encoders` says of each type, as the body of a function."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from stackcheck import Expr, expr_of


class Encoder(NamedTuple):
    """`type: lambda param: body`."""

    type: Expr
    code: str
    param: str
    body: str


def encoders_of(value: ast.expr, source: Callable[[ast.expr], str]) -> tuple[Encoder, ...] | None:
    """None where one of them is more than a function of one value."""
    if not isinstance(value, ast.Dict) or not value.keys:
        return None
    found = [encoder_of(key, given, source) for key, given in zip(value.keys, value.values, strict=True)]
    return tuple(each for each in found if each is not None) if all(found) else None


def encoder_of(key: ast.expr | None, given: ast.expr, source: Callable[[ast.expr], str]) -> Encoder | None:
    if not isinstance(key, (ast.Name, ast.Attribute)):
        return None
    match given:
        case ast.Lambda(args=ast.arguments(args=[ast.arg(arg=param)], defaults=[]) as args, body=body):
            if args.posonlyargs or args.kwonlyargs or args.vararg or args.kwarg or param == "self":
                return None
            written = source(body)
            return Encoder(expr_of(key), ast.unparse(key), param, ast.unparse(body) if "\n" in written else written)
        case ast.Name() | ast.Attribute():
            return Encoder(expr_of(key), ast.unparse(key), "value", f"{ast.unparse(given)}(value)")
    return None
