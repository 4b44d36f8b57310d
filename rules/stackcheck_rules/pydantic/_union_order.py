"""Unions that are to take the first type that fits, as in Pydantic 1."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from stackcheck import Context, Fix, expr_of
from stackcheck_rules.analyses._config_parts import offset_in
from stackcheck_rules.analyses._source_text import source_text
from stackcheck_rules.analyses.legacy_shapes import LegacyShape

Place = tuple[ast.expr, ast.expr]  # the first and the last member of a union
IsChoice = Callable[[list[str]], bool]


def in_order(shape: LegacyShape, is_choice: IsChoice, ctx: Context) -> Fix | None:
    """`Annotated[int | str, Field(union_mode="left_to_right")]` for each union of an annotation that is a choice."""
    annotated, field = ctx.name("typing.Annotated"), ctx.name("pydantic.Field")
    code = source_text(ctx.text).cut(shape.at)
    if annotated is None or field is None or "#" in code or ctx.python < (3, 9):
        return None
    rows = f"({code}\n)".encode().split(b"\n")
    tree = ast.parse(f"({code}\n)", mode="eval").body
    for place in reversed(list(choices(tree, shape.scope, is_choice, ctx))):
        if place is None:
            return None
        start = offset_in(rows, place[0].lineno, place[0].col_offset) - 1
        end = offset_in(rows, place[1].end_lineno or 0, place[1].end_col_offset or 0) - 1
        if shape.literal == "call" and (start, end) == (0, len(code)):
            return None  # FastAPI takes of `Annotated[…] = Query(…)` nothing but the type
        union = f'{annotated.code}[{code[start:end]}, {field.code}(union_mode="left_to_right")]'
        code = f"{code[:start]}{union}{code[end:]}"
    requests = (*annotated.requests, *field.requests)
    return Fix(ctx.edits([(shape.at, code)]), "Take the first type that fits", requests, "unsafe")


def choices(node: ast.expr, scope: str, is_choice: IsChoice, ctx: Context) -> Iterator[Place | None]:
    """The unions of an annotation that are choices; None for one that has `None` among its members."""
    home, members = "", list(members_of(node))
    if isinstance(node, ast.Subscript):
        home = ctx.symbol(expr_of(node.value), scope)
        members = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    types = [member for member in members if not (isinstance(member, ast.Constant) and member.value is None)]
    if home in {"", "typing.Union"} and is_choice([ctx.symbol(expr_of(member), scope) for member in types]):
        first, last = members.index(types[0]), members.index(types[-1])
        if home:
            yield (node, node) if len(types) == len(members) else None
        else:
            yield (types[0], types[-1]) if last - first + 1 == len(types) else None
    elif isinstance(node, (ast.BinOp, ast.Subscript)) and home not in {"typing.Annotated", "typing.Literal"}:
        for member in types:
            yield from choices(member, scope, is_choice, ctx)


def members_of(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from members_of(left)
            yield from members_of(right)
        case _:
            yield node
