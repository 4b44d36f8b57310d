"""A stretch of code that is parsed by itself, and what changes in it as edits of lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

import libcst as cst

from stackcheck import Span
from stackcheck_rules.analyses._blocks import Block

Edit = tuple[Span, str]
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Parsed(NamedTuple):
    """The one statement of a block, in the tree that it was parsed into."""

    module: cst.Module
    statement: cst.CSTNode
    around: str

    def code(self, new: cst.CSTNode) -> str | None:
        """The block with another statement; None if a comment is not in that."""
        if Counter(comments_in(self.statement)) - Counter(comments_in(new)):
            return None
        module = self.module.deep_replace(self.statement, new)
        assert isinstance(module, cst.Module)
        return module.code.removeprefix(self.around)


def parsed_block(source: str) -> Parsed | None:
    """The first statement of whole lines, as indented as they are; None where they are none by themselves."""
    newline = "\r\n" if "\r\n" in source else "\n"
    around = f"class _:{newline}" if source[:1] in {" ", "\t"} else ""
    try:
        module = cst.parse_module(around + source)
    except cst.ParserSyntaxError:
        return None
    match module.body:
        case [cst.ClassDef(body=cst.IndentedBlock(body=[statement]))] if around:
            return Parsed(module, statement, around)
        case [statement] if not around:
            return Parsed(module, statement, around)
    return None


def comments_in(node: cst.CSTNode) -> Iterator[str]:
    """Every comment below a node."""
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, cst.Comment):
            yield here.value
        stack.extend(here.children)


def edits_between(block: Block, new: str) -> Iterator[Edit]:
    """The lines of a block that change."""
    old_lines, new_lines = LINE.findall(block.source), LINE.findall(new)
    first = block.span.line
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old_lines, new_lines, False).get_opcodes():
        if tag == "replace" and end - start == new_end - new_start and end < len(old_lines):
            for at in range(end - start):
                column = block.span.column if start + at == 0 else 1
                span = Span(first + start + at, column, first + start + at + 1, 1)
                yield trimmed(span, old_lines[start + at], new_lines[new_start + at])
        elif tag != "equal":
            column = block.span.column if start == 0 else 1
            span = Span(first + start, column, first + end, 1)
            if end == len(old_lines):
                span = span._replace(end_line=block.span.end_line, end_column=block.span.end_column)
            yield trimmed(span, "".join(old_lines[start:end]), "".join(new_lines[new_start:new_end]))


def trimmed(span: Span, old: str, new: str) -> Edit:
    """The same edit of one line without what it leaves as it is at either end."""
    if "\n" in old.rstrip("\r\n") or "\n" in new.rstrip("\r\n"):
        return span, new
    limit = min(len(old), len(new))
    head = next((at for at in range(limit) if old[at] != new[at]), limit)
    tail = next((at for at in range(limit - head) if old[-1 - at] != new[-1 - at]), limit - head)
    if tail < len(old) - len(old.rstrip("\r\n")):
        return span, new
    column = span.column
    line = Span(span.line, column + head, span.line, column + len(old) - tail)
    return line, new[head : len(new) - tail]
