"""`x: Mapped[T] = mapped_column(…)` in place of `x = Column(…)`, with every argument as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import libcst as cst

from stackcheck import Applicability, Context, Expr, Fix, Imported, ImportRequest
from stackcheck_rules.sqlalchemy._column_names import MAPPED, code_inside, exists, mapped, names_in, parsed, type_name
from stackcheck_rules.sqlalchemy._column_parts import COLUMN, MAPPED_COLUMN, WRAPPERS, Column, admits_null, value_type
from stackcheck_rules.sqlalchemy._column_types import UNSURE

DEFERRED = "sqlalchemy.orm.deferred"


class Annotation(NamedTuple):
    """An annotation, the imports that it needs, and whether it says no more than is known."""

    written: Imported
    sure: bool = True


def mapped_column(column: Column, safety: Applicability | None, keys: frozenset[str], ctx: Context) -> Fix | None:
    """The column in the 2.0 form; None where it cannot be written so that the table stays the same."""
    if safety is None or not column.alone or not column.given.whole:
        return None
    function = ctx.name(MAPPED_COLUMN, column.given.source.scope)
    args = arguments(column, ctx)
    annotation = annotation_of(column, keys, ctx)
    if function is None or args is None or annotation is None:
        return None
    called = cst.parse_expression(function.code, config=ctx.parser_config)
    value = column.call.with_changes(func=called, args=args)
    requests = (*annotation.written.requests, *function.requests)
    safety = "unsafe" if describes(column) else safety
    return defined(column, annotation, value, requests, safety, f"Map `{column.name}` with `mapped_column`", ctx)


def annotated(column: Column, safety: Applicability | None, keys: frozenset[str], ctx: Context) -> Fix | None:
    """A `mapped_column` with the annotation that it has none of; None where that would change the table."""
    if safety is None or not column.alone or not column.given.whole:
        return None
    annotation = annotation_of(column, keys, ctx)
    if annotation is None:
        return None
    return defined(
        column, annotation, column.call, annotation.written.requests, safety, f"Annotate `{column.name}`", ctx
    )


def defined(
    column: Column, annotation: Annotation, value: cst.Call, requests: Iterable[ImportRequest],
    safety: Applicability, title: str, ctx: Context,
) -> Fix:  # fmt: skip
    """The fix that gives a column its annotation and its value."""
    new = definition(column, annotation.written.code, value, ctx)
    return Fix({column.definition: new}, title, tuple(dict.fromkeys(requests)), safety if annotation.sure else "unsafe")


def describes(column: Column) -> bool:
    """Whether the docstring of a function is that of its column, which only a `Column` takes it for."""
    function = column.definition
    return (
        isinstance(function, cst.FunctionDef) and bool(function.get_docstring()) and "doc" not in column.given.keywords
    )


def definition(column: Column, annotation: str, value: cst.Call, ctx: Context) -> cst.AnnAssign | cst.FunctionDef:
    code = cst.parse_expression(annotation, config=ctx.parser_config)
    note = column.note or cst.Annotation(code)
    if not note.annotation.deep_equals(code):
        note = note.with_changes(annotation=code)
    match column.definition:
        case cst.FunctionDef() as function:
            new = function.deep_replace(column.wrapper or column.call, value)
            assert isinstance(new, cst.FunctionDef)
            return new.with_changes(returns=note)
        case cst.AnnAssign() as old:
            return old.with_changes(annotation=note, value=value)
        case cst.Assign(targets=[target]) as old:
            equal = cst.AssignEqual(target.whitespace_before_equal, target.whitespace_after_equal)
            return cst.AnnAssign(target.target, note, value, equal, old.semicolon)
    raise AssertionError(column.definition)


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
    given, scope = column.given, column.scope
    nullable = admits_null(given, column.name in keys, ctx)
    kind = value_type(given, ctx)
    if nullable is None or kind is None:
        return None
    if column.note is not None:
        text = annotation_text(column.note, ctx)
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


def annotation_text(note: cst.Annotation, ctx: Context) -> str:
    node = note.annotation
    value = node.evaluated_value if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)) else None
    return value if isinstance(value, str) else ctx.code(node)


def declared(column: Column, text: str, expr: Expr, nullable: bool, ctx: Context) -> Annotation | None:
    """The annotation that stands there, inside `Mapped[…]` and with None as the column has it."""
    scope, whole = column.scope, text
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
        return Annotation(Imported(whole, ()))
    if optional == nullable:
        written = mapped(Imported(text, ()), False, scope, ctx)
    elif optional and inner == text:
        return None
    else:
        written = mapped(Imported(inner, ()), nullable, scope, ctx)
    return Annotation(written, optional == nullable) if written else None


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
