"""Where nodes stand in the source: one code generation that notes the offsets of wanted nodes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple

import libcst as cst
from libcst._nodes.internal import CodegenState


class Extent(NamedTuple):
    """Offsets of a node: the whole of it with its own whitespace, and the syntax alone.

    `indent` is the indentation in force where the node stands.
    """

    start: int
    end: int
    syntax_start: int
    syntax_end: int
    indent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extents:
    """Extents of the wanted nodes; `trusted` if the generated code is the source to the letter."""

    of: dict[cst.CSTNode, Extent]
    trusted: bool


class _Noting(CodegenState):
    """Code generation that notes how many tokens there were before and after wanted nodes."""

    def __init__(self, module: cst.Module, wanted: set[cst.CSTNode]) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.wanted = wanted
        self.whole: dict[cst.CSTNode, list[int]] = {}
        self.syntax: dict[cst.CSTNode, tuple[int, int]] = {}
        self.indents: dict[cst.CSTNode, tuple[str, ...]] = {}

    def before_codegen(self, node: cst.CSTNode) -> None:
        if node in self.wanted:
            self.whole[node] = [len(self.tokens), 0]
            self.indents[node] = tuple(self.indent_tokens)

    def after_codegen(self, node: cst.CSTNode) -> None:
        if node in self.wanted:
            self.whole[node][1] = len(self.tokens)

    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Any:
        if node not in self.wanted:
            return nullcontext()
        self.wanted.update(other for other in (start_node, end_node) if other is not None)
        return self._note(node, start_node, end_node)

    @contextmanager
    def _note(self, node: cst.CSTNode, start_node: cst.CSTNode | None, end_node: cst.CSTNode | None) -> Iterator[None]:
        start = len(self.tokens)
        yield
        end = len(self.tokens)
        if start_node is not None:
            start = self.syntax.get(start_node, tuple(self.whole[start_node]))[0]
        if end_node is not None:
            end = self.syntax.get(end_node, tuple(self.whole[end_node]))[1]
        self.syntax[node] = (start, end)


def extents_of(module: cst.Module, wanted: Iterable[cst.CSTNode], text: str) -> Extents:
    """The extents of some nodes of a module in the text that it was parsed from."""
    noting = _Noting(module, set(wanted))
    module._codegen(noting)
    offsets = [0]
    for token in noting.tokens:
        offsets.append(offsets[-1] + len(token))
    code = "".join(noting.tokens)
    trusted = code == text
    if not trusted:
        offsets = [*aligned(code, text, offsets)]
    last = len(offsets) - 1  # a popped final newline leaves marks one past the end
    found = {}
    for node, (start, end) in noting.whole.items():
        first, final = noting.syntax.get(node, (start, end))
        whole = (offsets[min(start, last)], offsets[min(end, last)])
        syntax = (offsets[min(first, last)], offsets[min(final, last)])
        found[node] = Extent(*whole, *syntax, noting.indents[node])
    return Extents(found, trusted)


def aligned(code: str, text: str, offsets: list[int]) -> Iterator[int]:
    """Offsets in generated code as offsets in the source it came from.

    LibCST drops form feeds, a lone CR at the end and blanks on a last blank line
    (reference: "LibCST's `Module.code` is not lossless"), so the code is the source with gaps.
    """
    gaps: list[int] = []  # positions in `code` before which a character of the source is missing
    at = 0
    for character in text:
        if at < len(code) and code[at] == character:
            at += 1
        else:
            gaps.append(at)
    for offset in offsets:
        yield min(offset + bisect_right(gaps, offset), len(text))


def code_of(module: cst.Module, node: cst.CSTNode, indent: Iterable[str] = ()) -> str:
    """The code of a node as it would stand at an indentation of this module."""
    state = CodegenState(
        default_indent=module.default_indent, default_newline=module.default_newline, indent_tokens=list(indent)
    )
    node._codegen(state)
    return "".join(state.tokens)
