"""`x: Mapped[T] = mapped_column(…)` in place of `x = Column(…)`, with every argument as it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from stackcheck import Applicability, Context, Expr, Fix, Imported, expr_of
from stackcheck_rules.sqlalchemy._column_names import MAPPED, exists, mapped, names_in, type_name
from stackcheck_rules.sqlalchemy._column_parts import COLUMN, WRAPPERS, Column, admits_null, value_type
from stackcheck_rules.sqlalchemy._column_types import UNSURE

DEFERRED = "sqlalchemy.orm.deferred"


class Annotation(NamedTuple):
    """An annotation, the imports that it needs, and whether it says no more than is known."""

    written: Imported
    sure: bool = True


def mapped_column(column: Column, safety: Applicability | None, keys: frozenset[str], ctx: Context) -> Fix | None:
    """The column in the 2.0 form; None where it cannot be written so that the table stays the same."""
    if len(column.bindings) != 1 or not column.given.whole:
        return None
    scope = column.given.source.scope
    function = ctx.name("sqlalchemy.orm.mapped_column", scope)
    args = arguments(column, ctx)
    annotation = annotation_of(column, keys, ctx)
    if function is None or args is None or annotation is None:
        return None
    called = cst.parse_expression(function.code, config=ctx.parser_config)
    value = column.call.with_changes(func=called, args=args)
    sure = safety == "safe" and annotation.sure
    requests = tuple(dict.fromkeys((*annotation.written.requests, *function.requests)))
    edits: dict[cst.CSTNode, cst.CSTNode | None] = {
        column.statement: statement(column, annotation.written.code, value, ctx)
    }
    return Fix(edits, f"Map `{column.name}` with `mapped_column`", requests, "safe" if sure else "unsafe")


def statement(column: Column, annotation: str, value: cst.Call, ctx: Context) -> cst.AnnAssign:
    old = column.statement
    code = cst.parse_expression(annotation, config=ctx.parser_config)
    if isinstance(old, cst.AnnAssign):
        same = old.annotation.annotation.deep_equals(code)
        return old.with_changes(
            annotation=old.annotation if same else old.annotation.with_changes(annotation=code), value=value
        )
    target = old.targets[0]
    equal = cst.AssignEqual(target.whitespace_before_equal, target.whitespace_after_equal)
    return cst.AnnAssign(target.target, cst.Annotation(code), value, equal, old.semicolon)


def arguments(column: Column, ctx: Context) -> list[cst.Arg] | None:
    """The arguments of the column, followed by those of what was wrapped around it."""
    args = list(column.call.args)
    if column.wrapper is None:
        return args
    symbol = ctx.symbol(column.wrapper.func)
    more = [cst.Arg(cst.Name("True"), cst.Name("deferred"), TIGHT)] if symbol == DEFERRED else []
    for arg in column.wrapper.args[1:]:
        name = WRAPPERS[symbol].get(arg.keyword.value) if arg.keyword else None
        if name is None:
            return None
        more.append(cst.Arg(arg.value, cst.Name(name), TIGHT))
    for arg in more:
        last = args[-1]
        args[-1] = last.with_changes(
            comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")),
            whitespace_after_arg=cst.SimpleWhitespace(""),
        )
        args.append(arg.with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg))
    return args


TIGHT = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def annotation_of(column: Column, keys: frozenset[str], ctx: Context) -> Annotation | None:
    """What to declare the attribute as: what is declared already, where that is a type, else by the SQL type."""
    given, scope = column.given, column.given.source.scope
    nullable = admits_null(given, column.name in keys, ctx)
    kind = value_type(given, ctx)
    if nullable is None or kind is None:
        return None
    if isinstance(column.statement, cst.AnnAssign):
        text = annotation_text(column.statement, ctx)
        expr = parsed(text)
        # `Column[str]` and `Union[str, Column]` say what stands on the right, not what the attribute holds.
        heads = (part[1] if part[0] == "index" else part for part in (expr, *parts_of(expr)))
        if all(ctx.symbol(head, scope) != COLUMN for head in heads):
            return declared(column, text, expr, nullable, ctx)
    inner = type_name(kind, column.name, scope, ctx)
    if inner is None and kind.cls is not None and not kind.code:
        kind = UNSURE
        inner = type_name(kind, column.name, scope, ctx)
    written = mapped(inner, nullable, scope, ctx) if inner else None
    return Annotation(written, kind.sure) if written else None


def annotation_text(old: cst.AnnAssign, ctx: Context) -> str:
    node = old.annotation.annotation
    value = node.evaluated_value if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)) else None
    return value if isinstance(value, str) else ctx.code(node)


def parsed(text: str) -> Expr:
    try:
        return expr_of(ast.parse(text, mode="eval").body)
    except SyntaxError:
        return expr_of(None)


def declared(column: Column, text: str, expr: Expr, nullable: bool, ctx: Context) -> Annotation | None:
    """The annotation that stands there, inside `Mapped[…]` and with None as the column has it."""
    scope = column.given.source.scope
    is_mapped = expr[0] == "index" and ctx.symbol(expr[1], scope) == MAPPED
    if is_mapped:
        text, expr = code_inside(text), expr[2]
    elif ctx.symbol(expr[1] if expr[0] == "index" else expr, scope) == "typing.ClassVar" or "'" in text or '"' in text:
        return None
    if expr[0] == "const" and isinstance(expr[1], str):
        text, expr = str(expr[1]), parsed(str(expr[1]))
    names = list(names_in(expr))
    if not names or not all(exists(name, column.name, scope, ctx) for name in names):
        return None
    optional, inner = without_none(text, expr, scope, ctx)
    explicit = "nullable" in column.given.keywords
    if is_mapped and (explicit or optional == nullable):
        assert isinstance(column.statement, cst.AnnAssign)
        return Annotation(Imported(annotation_text(column.statement, ctx), ()))
    if optional == nullable:
        written = mapped(Imported(text, ()), False, scope, ctx)
    elif optional and inner == text:
        return None
    else:
        written = mapped(Imported(inner, ()), nullable, scope, ctx)
    return Annotation(written, optional == nullable) if written else None


def code_inside(text: str) -> str:
    """`str` of `Mapped[str]`."""
    return text[text.index("[") + 1 : text.rindex("]")].strip()


def without_none(text: str, expr: Expr, scope: str, ctx: Context) -> tuple[bool, str]:
    """Whether an annotation admits None, and its text without that."""
    match expr:
        case ("union", _, ("const", None)):
            return True, text.rpartition("|")[0].strip()
        case ("union", ("const", None), _):
            return True, text.partition("|")[2].strip()
        case ("index", head, _) if ctx.symbol(head, scope) == "typing.Optional":
            return True, code_inside(text)
    return any(part == ("const", None) for part in parts_of(expr)), text


def parts_of(expr: Expr) -> Iterator[Expr]:
    """The members of a union, however it is written."""
    match expr:
        case ("union", left, right):
            yield from parts_of(left)
            yield from parts_of(right)
        case ("index", _, ("tuple", items)):
            yield from items
        case _:
            yield expr
