"""Where code takes from Pydantic what Pydantic 2 keeps elsewhere or nowhere: imports and reads of its modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Outline, Span, expr_of, nodes_of, span_reader, words_in
from stackcheck_rules.analyses._scope_at import scope_at
from stackcheck_rules.analyses._taken_names import (
    OldRead,
    ReadSpan,
    borrowed_in,
    borrowings,
    is_read,
    old_imports_of,
    old_reads_of,
    unbound,
)
from stackcheck_rules.pydantic._moved_names import BORROWED, CALLED, MOVED, REPLACED
from stackcheck_rules.pydantic._removed_names import CONSTRAINED, LENT, LOST, REMOVED, SHELLS

ATTRIBUTE = re.compile(r"\.\s*([A-Za-z]\w*)")


def tabled() -> Iterator[str]:
    """Every name that a table has, where Pydantic 1 documented it."""
    yield from (*MOVED, *REPLACED, *CALLED, *LENT, *CONSTRAINED)
    yield from (f"{module}.{name}" for module, names in REMOVED.items() for name in names)


OLD = frozenset(tabled())
# `pydantic.schema` had `ModelField`: where a name that was merely imported there is at home.
HOMES = {
    **{symbol.rpartition(".")[2]: symbol for symbol in sorted(OLD) if symbol.count(".") == 1},
    **{symbol.rpartition(".")[2]: symbol for symbol in sorted(OLD) if symbol.count(".") > 1},
    **{name: f"{module}.{name}" for module, names in BORROWED.items() for name in names.split()},
}
# What is read off a module, and what another file would miss if it were renamed.
READ = frozenset(symbol.rpartition(".")[2] for symbol in OLD)
TAKEN = frozenset(
    symbol.rpartition(".")[2]
    for symbol in (*REPLACED, *(old for old, new in MOVED.items() if old.rpartition(".")[2] != new.rpartition(".")[2]))
)
AT_HOME = frozenset(f"{module}.{name}" for module, names in BORROWED.items() for name in names.split())
IMPORTED = re.compile(r"^[ \t]*import\s[^\n]*\bpydantic\b", re.MULTILINE)
MODULES = {symbol.rpartition(".")[0] for symbol in OLD} | SHELLS | {*LOST}
SUBMODULES = MODULES - {"pydantic"}


class OldStar(NamedTuple):
    """`from pydantic import *` in a file that reads old names which nothing else can have given it."""

    module: str
    span: Span
    names: tuple[str, ...]


class OldModule(NamedTuple):
    """`import pydantic.annotated_types`, which Pydantic 2 has not."""

    module: str
    span: Span


def home_of(module: str, name: str) -> str:
    """Where Pydantic 1 documented what `module.name` was; empty if Pydantic 2 has it there too."""
    if f"{module}.{name}" in OLD:
        return f"{module}.{name}"
    return HOMES.get(name, "") if module in SHELLS or name in LOST.get(module, ()) else ""


def is_gone(symbol: str) -> bool:
    """Whether nothing takes the place of an old name one to one."""
    return symbol in OLD and symbol not in MOVED and symbol not in REPLACED and symbol not in CALLED


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[object]:
    yield from borrowed_in(tree, outline, TAKEN, "pydantic")
    if "pydantic" not in text or not may_hold(outline, text):
        return
    span = span_reader(text)
    yield from old_imports_of(tree, span, home_of)
    if not READ.isdisjoint(words_in(text)):
        yield from old_reads_of(tree, outline, span, READ)
    for node in nodes_of(tree):
        match node:
            case ast.ImportFrom(level=0, module=str(module), names=[ast.alias(name="*")]) if module in MODULES:
                yield from star_of(tree, outline, module, span(node))
            case ast.Import(names=names):
                yield from (OldModule(each.name, span(each)) for each in names if each.name in MISSING)
            case ast.AnnAssign(annotation=note) | ast.arg(annotation=ast.expr() as note):
                yield from quoted(note, outline, span)
            case ast.FunctionDef(returns=ast.expr() as note) | ast.AsyncFunctionDef(returns=ast.expr() as note):
                yield from quoted(note, outline, span)


def quoted(note: ast.expr, outline: Outline, span: ReadSpan) -> Iterator[OldRead]:
    """The reads in the strings of an annotation, as far as they stand on one line between two quotes."""
    for literal in nodes_of(note):
        if not isinstance(literal, ast.Constant) or not isinstance(literal.value, str) or "." not in literal.value:
            continue
        place = span(literal)
        if place.line != place.end_line or place.end_column - place.column != len(literal.value) + 2:
            continue
        try:
            inside = ast.parse(literal.value, mode="eval")
        except (SyntaxError, ValueError):
            continue
        for node in nodes_of(inside):
            if isinstance(node, ast.Attribute) and is_read(node, READ) and literal.value.isascii():
                start, end = place.column + 1 + node.col_offset, place.column + 1 + (node.end_col_offset or 0)
                at = Span(place.line, start, place.line, end)
                yield OldRead(expr_of(node.value), node.attr, scope_at(at, outline), at)


MISSING = {"pydantic.annotated_types"}


def may_hold(outline: Outline, text: str) -> bool:
    """Whether the imports of a file let it reach any old name."""
    for imported in outline.imports:
        module, _, name = imported.rpartition(".")
        if imported in MISSING or (module in MODULES and home_of(module, name)):
            return True
    if any(module in MODULES for module, _ in outline.stars):
        return True
    whole = any(each in SUBMODULES for each in outline.imports) or IMPORTED.search(text)
    return bool(whole) and not READ.isdisjoint(ATTRIBUTE.findall(text))


def star_of(tree: ast.Module, outline: Outline, module: str, span: Span) -> Iterator[OldStar]:
    """What a file can only have from this star import."""
    if len(outline.stars) > 1:
        return
    found = tuple(name for name in unbound(tree, outline, READ) if f"{module}.{name}" in OLD)
    if found:
        yield OldStar(module, span, found)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]) -> Mapping[object, bool]:
    """`borrowings`, and under their import names the packages that the project names; "" if it names one."""
    named = evaluator.project.versions.packages
    return {**borrowings(evaluator, facts), **dict.fromkeys(named, True), **({"": True} if named else {})}


old_imports = Analysis("old-imports", collect, merge)
