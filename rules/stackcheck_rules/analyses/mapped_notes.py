"""Annotations in the bodies of classes that SQLAlchemy may read."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, definitions, expr_of, span_reader
from stackcheck_rules.analyses._words import words

# What a file has that maps a class, or that makes an attribute of one.
ABOUT = words("Column column_property composite declared_attr mapped_column relationship synonym __tablename__")
READ = words("ClassVar DynamicMapped Mapped Unmapped WriteOnlyMapped")


class MappedNote(NamedTuple):
    """`name: annotation = value` in a class, or a decorated function there and what it says to return.

    `at` is the span of the name, `note_at` that of the annotation. `value` is None where there is none, and for a
    function; `returned` are the values of a function, None for anything else.
    """

    qualname: str
    name: str
    at: Span
    note: Expr
    note_at: Span
    value: Expr | None
    returned: tuple[Expr, ...] | None = None

    @property
    def is_read(self) -> bool:
        """Whether the annotation is one of those that are meant for SQLAlchemy, by its name alone."""
        match self.note:
            case ("index", ("name", head) | ("attr", _, head), _):
                return head in READ
        return False

    @property
    def made(self) -> Expr | None:
        """What the attribute is made of: the value, or the one that a function returns."""
        return self.returned[0] if self.returned and len(self.returned) == 1 else self.value

    @property
    def scope(self) -> str:
        """Where that is to be read."""
        return self.qualname if self.returned is None else f"{self.qualname}.{self.name}"


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[MappedNote]:
    if not any(word in text for word in ABOUT):
        return
    scopes = {scope.number: scope for scope in outline.classes()}
    span = span_reader(text)
    for number, node in enumerate(definitions(tree), start=1):
        if number in scopes and isinstance(node, ast.ClassDef):
            qualname = scopes[number].qualname
            for statement in node.body:
                note = note_in(statement, qualname, outline, span)
                # SQLAlchemy passes over names that begin so.
                if note and not note.name.startswith(("__", "_sa_")):
                    yield note


def note_in(statement: ast.stmt, qualname: str, outline: Outline, span: Callable[[ast.AST], Span]) -> MappedNote | None:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name) as target, annotation=note, value=value):
            given = expr_of(value) if value else None
            return MappedNote(qualname, name, span(target), expr_of(note), span(note), given)
        case ast.FunctionDef(name=name, returns=ast.expr() as note, decorator_list=[_, *_]):
            function = outline.scopes.get(f"{qualname}.{name}")
            if function is not None:
                return MappedNote(
                    qualname,
                    name,
                    named(span(statement), name),
                    expr_of(note),
                    span(note),
                    None,
                    tuple(function.values),
                )
    return None


def named(whole: Span, name: str) -> Span:
    """The span of a function's name."""
    start = whole.column + len("def ")
    return Span(whole.line, start, whole.line, start + len(name))


mapped_notes = Analysis("mapped-notes", collect)
