"""Where a file reads some names, so far as all of the reads can be rewritten."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from stackcheck import Context, Span, nodes_of, parse_tree
from stackcheck_rules.analyses._source_text import SourceText


class Reads(NamedTuple):
    """`spans` is None where a read cannot be rewritten: the name has two meanings, or a string speaks of it.

    `once` says that one import alone binds the name; `elsewhere` that not only annotations read it.
    """

    any: bool
    spans: tuple[Span, ...] | None
    once: bool
    elsewhere: bool


def reads_in(names: set[str], source: SourceText, ctx: Context) -> dict[str, Reads]:
    """Where a file reads each of some names."""
    tree = parse_tree(ctx.text)
    notes = {inner for node in nodes_of(tree) for note in annotations_of(node) for inner in nodes_of(note)}
    spans: dict[str, list[Span]] = {name: [] for name in names}
    lost: set[str] = set()
    elsewhere: set[str] = set()
    for node in nodes_of(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in names:
                spans[name].append(source.span(node))
                if source.code(node) != name:  # inside an f-string, before Python 3.12
                    lost.add(name)
                if node not in notes:
                    elsewhere.add(name)
            case ast.Name(id=name) | ast.arg(arg=name) if name in names:
                lost.add(name)
            case ast.Constant(value=str(text)):
                for name in names:
                    found = list(re.finditer(rf"(?<![\w.]){name}\b", text))  # not `'pydantic.StrBytes'`
                    if found and node in notes and source.code(node)[1:-1] == text:
                        spans[name] += [inside(source.span(node), match) for match in found]
                    elif found and is_code(text):
                        lost.add(name)
    scopes = ctx.outline.scopes.values()
    count = {name: sum(len(scope.bindings.get(name, ())) for scope in scopes) for name in names}
    lost |= {name for name in names if count[name] > 1}
    return {
        name: Reads(
            bool(spans[name]),
            tuple(sorted(spans[name])) if name not in lost else None,
            count[name] == 1,
            name in elsewhere,
        )
        for name in names
    }


def annotations_of(node: ast.AST) -> list[ast.AST]:
    return [note for field in ("annotation", "returns") if isinstance(note := getattr(node, field, None), ast.AST)]


def inside(literal: Span, match: re.Match[str]) -> Span:
    """The span of a match in a string that stands on one line between two quotes."""
    start = literal.column + 1
    return Span(literal.line, start + match.start(), literal.line, start + match.end())


def is_code(text: str) -> bool:
    """As the names in `__all__` are, and most messages are not."""
    try:
        ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
