"""The text of one file by spans: what analyses that prepare edits read besides the tree."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from stackcheck import Span, line_starts, span_reader

ATOMS = (ast.Attribute, ast.Call, ast.Constant, ast.Dict, ast.DictComp, ast.JoinedStr, ast.List, ast.ListComp, ast.Name,
         ast.Set, ast.SetComp, ast.Subscript)  # fmt: skip


class SourceText(NamedTuple):
    """A text, where its lines start, and where its nodes stand."""

    text: str
    starts: list[int]
    span: Callable[[ast.AST], Span]

    def cut(self, span: Span) -> str:
        """The text of a span."""
        start, end = (self.starts[line - 1] + column - 1 for line, column in (span[:2], span[2:]))
        return self.text[start:end]

    def code(self, node: ast.AST) -> str:
        return self.cut(self.span(node))

    @property
    def newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    def line(self, number: int) -> str:
        """A line by its number from 1, without its end; empty past the last."""
        if not 1 <= number <= len(self.starts):
            return ""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end].rstrip("\r\n")


def source_text(text: str) -> SourceText:
    return SourceText(text, line_starts(text), span_reader(text))


def unwrapped(
    node: ast.expr, whole: Span, source: SourceText, *, operand: bool = False
) -> tuple[tuple[Span, str], ...]:
    """Edits that leave of a stretch of code only an expression inside it; none where a comment would go.

    What becomes an `operand` gets parentheses where it needs them.
    """
    inner = source.span(node)
    closed = isinstance(node, ATOMS) or (isinstance(node, ast.Tuple) and source.code(node)[:1] == "(")
    left, right = ("(", ")") if operand and not closed else ("", "")
    edits = ((Span(*whole[:2], *inner[:2]), left), (Span(*inner[2:], *whole[2:]), right))
    if any("#" in source.cut(span) for span, _ in edits):
        return ()
    return tuple((span, new) for span, new in edits if new or source.cut(span))


def without_statement(node: ast.stmt, source: SourceText, *, first: bool, last: bool) -> tuple[Span, str]:
    """The edit that takes a statement away, and the blank lines that only set it off; its comment stays."""
    span = from_decorators(node, source)
    after = source.line(span.end_line)[span.end_column - 1 :]
    if "#" in after:
        return Span(*span[:2], span.end_line, span.end_column + after.index("#")), ""
    start, end = span.line, span.end_line + 1
    if first or is_blank(source, start - 1):
        while is_blank(source, end) and not last:
            end += 1
    if last:
        while is_blank(source, start - 1):
            start -= 1
    if end > len(source.starts):
        # the last line of the file ends without a line end
        return Span(start - 1, len(source.line(start - 1)) + 1, *span[2:]), ""
    return Span(start, 1, end, 1), ""


def from_decorators(node: ast.stmt, source: SourceText) -> Span:
    """The span of a statement, its decorators included."""
    span = source.span(node)
    decorators = getattr(node, "decorator_list", [])
    return Span(min([span.line, *(part.lineno for part in decorators)]), *span[1:])


def is_text(line: ast.stmt) -> bool:
    """Whether a statement is a docstring."""
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and isinstance(line.value.value, str)


def is_blank(source: SourceText, number: int) -> bool:
    return 1 <= number < len(source.starts) and not source.line(number).strip()
