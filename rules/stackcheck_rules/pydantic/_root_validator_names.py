"""The names in a validator on `(cls, values)`, and what they are called on `self`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import libcst as cst

from stackcheck import Context

SELF = cst.Name("self")
WHOLE = cst.Call(cst.Name("dict"), [cst.Arg(SELF)])
CLASS = cst.Call(cst.Name("type"), [cst.Arg(SELF)])


class Names(NamedTuple):
    """What the names in a validator mean on its class."""

    is_field: Callable[[str], bool]
    is_on_instance: Callable[[str], bool]
    iterates: bool  # whether `dict(model)` gives its fields


def two_names(params: cst.Parameters) -> tuple[str, str] | None:
    """The names of `(cls, values)`; None for any other signature."""
    match params:
        case cst.Parameters(
            params=[cst.Param(name=cst.Name(first), default=None), cst.Param(name=cst.Name(values), default=None)],
            posonly_params=(),
            kwonly_params=(),
            star_kwarg=None,
        ) if not isinstance(params.star_arg, cst.Param):
            return first, values
    return None


def nodes_below(node: cst.CSTNode, ctx: Context) -> list[cst.CSTNode]:
    return list(ctx.below(node))


def free_names(nodes: list[cst.CSTNode]) -> Iterator[cst.Name]:
    """Names that stand for a variable: not attributes, not the names of arguments."""
    bound = {node.attr for node in nodes if isinstance(node, cst.Attribute)}
    bound |= {node.keyword for node in nodes if isinstance(node, cst.Arg) and node.keyword}
    return (node for node in nodes if isinstance(node, cst.Name) and node not in bound)


def targets(nodes: list[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """What statements assign to."""
    for node in nodes:
        match node:
            case cst.AssignTarget(target=target) | cst.AugAssign(target=target) | cst.AnnAssign(target=target):
                yield from parts(target)
            case cst.For(target=target) | cst.CompFor(target=target) | cst.NamedExpr(target=target):
                yield from parts(target)


def parts(target: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from parts(element.value)
    else:
        yield target


def field_in(key: cst.BaseExpression, names: Names) -> str:
    """The field that a constant names, else empty."""
    match key:
        case cst.SimpleString(evaluated_value=str(field)) if names.is_field(field):
            return field
    return ""
