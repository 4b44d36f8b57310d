"""Stretches of a file with their text: what a fix in another file rewrites without reading that file."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from stackcheck import Span, line_starts, span_reader

DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Block(NamedTuple):
    span: Span
    source: str


class Blocks(NamedTuple):
    """A text that can be cut by its nodes: `starts` are the offsets of its lines."""

    text: str
    starts: tuple[int, ...]
    span: Callable[[ast.AST], Span]

    def piece(self, node: ast.AST) -> Block:
        """An expression as it stands."""
        span = self.span(node)
        first, last = self.starts[span.line - 1], self.starts[span.end_line - 1]
        return Block(span, self.text[first + span.column - 1 : last + span.end_column - 1])

    def lines(self, node: ast.stmt) -> Block:
        """The whole lines of a statement, from its first decorator on."""
        first, last = first_line(node), node.end_lineno or node.lineno
        source = "".join(self.line(number) for number in range(first, last + 1)).rstrip("\r\n")
        return Block(Span(first, 1, last, len(self.line(last).rstrip("\r\n")) + 1), source)

    def above(self, node: ast.stmt) -> Block:
        """The comments right above a statement and the blank lines above those, with the line end before."""
        first = first_line(node)
        top = self.start(node).line
        while top > 1 and not self.line(top - 1).strip():
            top -= 1
        before = len(self.line(top - 1).rstrip("\r\n")) if top > 1 else 0
        span = Span(max(top - 1, 1), before + 1, first, 1)
        return Block(span, "".join(self.line(number) for number in range(top, first)))

    def line(self, number: int) -> str:
        """A line with its end."""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end]

    def start(self, node: ast.stmt) -> Span:
        """Where a statement begins, with its decorators and the comments right above it."""
        first = first_line(node)
        while first > 1 and self.line(first - 1).lstrip().startswith("#"):
            first -= 1
        return Span(first, 1, first, 1)


def first_line(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, DEFINITION) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def blocks_of(text: str) -> Blocks:
    starts = tuple(line_starts(text))
    return Blocks(text, starts, span_reader(text))
