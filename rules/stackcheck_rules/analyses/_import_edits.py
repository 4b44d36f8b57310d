"""Edits of one `from … import …`: names taken out, lines put beside it, the whole turned to another module."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from stackcheck import Span
from stackcheck_rules.analyses._source_text import SourceText
from stackcheck_rules.analyses._taken_names import OldImport

Edits = list[tuple[Span, str]]


class Neighbour(NamedTuple):
    """A `from … import …` without a line between it and the next one."""

    module: str
    first: int
    last: int


class Lines(NamedTuple):
    """What is imported in place of old names: by module, what is written for the name at an index."""

    written: Mapping[str, Mapping[int, str]]
    above: Sequence[Neighbour] = ()  # nearest first
    below: Sequence[Neighbour] = ()


def neighbours(statement: OldImport, tree: ast.Module) -> tuple[list[Neighbour], list[Neighbour]]:
    """The imports from modules directly above and below a statement of the module, nearest first."""
    body = [node for node in tree.body if isinstance(node, ast.ImportFrom) and not node.level]
    found = [Neighbour(node.module or "", node.lineno, node.end_lineno or node.lineno) for node in body]
    at = next((index for index, each in enumerate(found) if each.first == statement.span.line), None)
    if at is None:
        return [], []
    return list(adjacent(found[at::-1])), list(adjacent(found[at:]))


def adjacent(imports: Iterable[Neighbour]) -> Iterator[Neighbour]:
    for one, other in pairwise(imports):
        if one.last + 1 != other.first and other.last + 1 != one.first:
            return
        yield other


def is_exploded(statement: OldImport) -> bool:
    """Whether each name has a line for itself."""
    rows = [statement.span.line, *(each.span.line for each in statement.names), statement.span.end_line]
    return all(above < below for above, below in pairwise(rows))


def is_commented(statement: OldImport, name: int, source: SourceText) -> bool:
    """Whether a comment speaks of one name of a statement, perhaps among others."""
    first, last = statement.span.line, statement.span.end_line
    lines = {first, last, statement.names[name].span.line} if is_exploded(statement) else range(first, last + 1)
    return any("#" in source.line(number) for number in lines)


def rewritten(statement: OldImport, gone: Collection[int], lines: Lines, source: SourceText) -> Edits | None:
    """Take the names at `gone` out, and write `lines`.

    None where that cannot be done without losing a comment or touching another statement.
    """
    span = statement.span
    before, after = source.line(span.line)[: span.column - 1], source.line(span.end_line)[span.end_column - 1 :]
    if before.strip() or (after.strip() and not after.lstrip().startswith("#")):
        return None
    if len(gone) < len(statement.names):
        taken = taken_out(statement, gone, lines, source)
        return None if taken is None else [*taken, *added(statement, lines, before, after, source)]
    if len(lines.written) == 1:
        [(module, written)] = lines.written.items()
        if not stands_in_order(module, lines) and "#" not in source.cut(span) + after:
            return [removed(statement, after, source), *added(statement, lines, before, after, source)]
        if len(written) == len(statement.names):
            return turned(statement, module, written, source)
    if "#" in source.cut(span):
        return None
    if lines.written:
        whole = [statement_of(module, written) for module, written in sorted(lines.written.items())]
        return [(span, f"{source.newline}{before}".join(whole))]
    return None if span.end_line >= len(source.starts) else [removed(statement, after, source)]


def stands_in_order(module: str, lines: Lines) -> bool:
    """Whether an import of a module would be sorted in where the old one is."""
    above, below = lines.above[:1], lines.below[:1]
    return all(each.module <= module for each in above) and all(module <= each.module for each in below)


def statement_of(module: str, written: Mapping[int, str]) -> str:
    return f"from {module} import {', '.join(written.values())}"


def removed(statement: OldImport, after: str, source: SourceText) -> tuple[Span, str]:
    """The edit that takes a whole statement away; a comment behind it stays."""
    span = statement.span
    if statement.alone:
        return span, "pass"
    if after.strip():
        return Span(*span[:2], span.end_line, span.end_column + len(after) - len(after.lstrip())), ""
    set_off = not source.line(span.line - 1).strip() and not source.line(span.end_line + 1).strip()
    return Span(span.line - (set_off and span.line > 1), 1, span.end_line + 1, 1), ""


def turned(statement: OldImport, module: str, written: Mapping[int, str], source: SourceText) -> Edits | None:
    """The same statement of another module, its comments and lines as they were."""
    number = statement.span.line
    at = source.line(number).find(statement.module, statement.span.column + 3)
    if at < 0:
        return None
    places = [each.span for each in statement.names]
    new = [written[index] for index in range(len(places))]
    if sorted(places, key=lambda place: order(source.cut(place))) == places and "#" not in source.cut(statement.span):
        new.sort(key=order)
    names = [(place, name) for place, name in zip(places, new, strict=True) if source.cut(place) != name]
    return [(Span(number, at + 1, number, at + 1 + len(statement.module)), module), *names]


def order(name: str) -> tuple[int, str]:
    """As sorted imports have their names: constants, classes, the rest."""
    return 0 if name.isupper() else 1 if name[0].isupper() else 2, name.lower()


def taken_out(statement: OldImport, gone: Collection[int], lines: Lines, source: SourceText) -> Edits | None:
    if is_exploded(statement):
        followed = {index for written in lines.written.values() for index in written}
        return [row_out(statement, index, source, follow=index in followed) for index in gone]
    if "#" in source.cut(statement.span):
        return None
    spans = [each.span for each in statement.names]
    last = max(index for index in range(len(spans)) if index not in gone)
    edits = [(Span(*spans[index][:2], *spans[index + 1][:2]), "") for index in sorted(gone) if index < last]
    return edits + ([(Span(*spans[last][2:], *spans[-1][2:]), "")] if last + 1 < len(spans) else [])


def row_out(statement: OldImport, index: int, source: SourceText, *, follow: bool) -> tuple[Span, str]:
    """The edit that takes the line of a name away; its comment stays unless it follows the name."""
    span = statement.names[index].span
    comment = "".join(comments_beside(statement, [index], source))
    if comment and not follow:
        return Span(*span[:2], span.line, len(source.line(span.line)) + 1), comment
    return Span(span.line, 1, span.line + 1, 1), ""


def added(statement: OldImport, lines: Lines, indent: str, after: str, source: SourceText) -> Edits:
    """New statements above or below the old one, with the comments that their names had there."""
    made: dict[Span, str] = {}
    for module, written in sorted(lines.written.items()):
        comments = comments_beside(statement, sorted(written), source) if is_exploded(statement) else []
        if not comments and "noqa" in after:
            comments = [after.strip()]
        text = statement_of(module, written) + "".join(f"  {each}" for each in comments)
        kept = [order(each.name) for index, each in enumerate(statement.names) if index not in written]
        first = (module, min(map(order, written.values())))
        if first < (statement.module, min(kept)) if kept else any(each.module > module for each in lines.above[:1]):
            line = min([statement.span.line, *(each.first for each in after_module(module, lines.above))])
            place, text = Span(line, 1, line, 1), f"{indent}{text}{source.newline}"
        else:
            line = max([statement.span.end_line, *(each.last for each in before_module(module, lines.below))])
            column = len(source.line(line)) + 1
            place, text = Span(line, column, line, column), f"{source.newline}{indent}{text}"
        made[place] = made.get(place, "") + text
    return list(made.items())


def after_module(module: str, above: Sequence[Neighbour]) -> Iterator[Neighbour]:
    return takewhile(lambda each: each.module > module, above)


def before_module(module: str, below: Sequence[Neighbour]) -> Iterator[Neighbour]:
    return takewhile(lambda each: each.module < module, below)


def comments_beside(statement: OldImport, names: Sequence[int], source: SourceText) -> list[str]:
    found = []
    for index in names:
        span = statement.names[index].span
        _, mark, comment = source.line(span.line)[span.end_column - 1 :].partition("#")
        found += [f"#{comment}".rstrip()] if mark else []
    return found
