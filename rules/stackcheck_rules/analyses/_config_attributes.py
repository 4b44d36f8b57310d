"""What `fields` of a `class Config` says of each attribute, and the attributes of the model around it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stackcheck import Expr, Span, expr_of

Spanned = Callable[[ast.AST], Span]


class Attribute(NamedTuple):
    """`name: note = value` in the body of a model; `function` is what the value calls, with which keywords.

    `place` is the value, or the point behind the annotation where there is none. What is added to a call is put
    at `point`, between `before` and `behind`.
    """

    name: str
    note: Expr
    function: Expr
    keywords: tuple[str, ...]
    code: str  # of the value, empty where there is none
    place: Span
    point: Span
    before: str = ""
    behind: str = ""


class Entry(NamedTuple):
    """The options of one attribute as keywords and the source of their values."""

    name: str
    options: tuple[tuple[str, str], ...]


def attributes_of(model: ast.ClassDef, text: str, span: Spanned) -> Iterator[Attribute]:
    for statement in model.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=note, value=None, simple=1):
                whole = span(statement)
                point = at_end(whole)
                if at_end(span(note)) == point:
                    yield Attribute(name, expr_of(note), ("other",), (), "", point, point)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=note, value=ast.expr() as value, simple=1):
                code = ast.get_source_segment(text, value) or ""
                if isinstance(value, ast.Call):
                    words = tuple(word.arg or "**" for word in value.keywords)
                    yield Attribute(
                        name, expr_of(note), expr_of(value.func), words, code, span(value), *place_in(value, span)
                    )
                else:
                    yield Attribute(name, expr_of(note), ("other",), (), code, span(value), span(value))


def place_in(call: ast.Call, span: Spanned) -> tuple[Span, str, str]:
    """Where a keyword is put into a call: in front of its other keywords, each on a line if they are."""
    if call.keywords:
        first, whole = span(call.keywords[0]), span(call)
        behind = ", " if first.line == whole.line else ",\n" + " " * (first.column - 1)
        return Span(first.line, first.column, first.line, first.column), "", behind
    if call.args:
        return at_end(span(call.args[-1])), ", ", ""
    whole = span(call)
    return Span(whole.end_line, whole.end_column - 1, whole.end_line, whole.end_column - 1), "", ""


def at_end(span: Span) -> Span:
    return Span(span.end_line, span.end_column, span.end_line, span.end_column)


def entries_of(value: ast.expr, text: str) -> tuple[Entry, ...] | None:
    """`{"a": "alias", "b": {"title": "B"}}`; None where it is more than that."""
    found = []
    for name, given in pairs_of(value):
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            found.append(Entry(name, (("alias", source(given, text)),)))
        elif isinstance(given, (ast.Dict, ast.Call)):
            options = tuple((key, source(each, text)) for key, each in pairs_of(given))
            if any(not key for key, _ in options):
                return None
            found.append(Entry(name, options))
        else:
            return None
    return tuple(found) if found and all(entry.name for entry in found) else None


def source(value: ast.expr, text: str) -> str:
    return ast.get_source_segment(text, value) or ast.unparse(value)


def pairs_of(value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The keys and values of a literal, or of `dict(a=1)`; an empty key stands for what is not one."""
    match value:
        case ast.Dict(keys=keys, values=values):
            for key, given in zip(keys, values, strict=True):
                yield (str(key.value) if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""), given
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=words):
            yield from ((word.arg or "", word.value) for word in words)
        case _:
            yield "", value
