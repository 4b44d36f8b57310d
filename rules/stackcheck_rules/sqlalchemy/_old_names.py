"""Where code takes from SQLAlchemy what 2.x keeps elsewhere or nowhere: imports, reads of its modules, old calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from stackcheck import Analysis, Outline, span_reader, words_in
from stackcheck_rules.analyses._call_facts import call_of, calls_of
from stackcheck_rules.analyses._scoped_nodes import lines_of, scoped_nodes
from stackcheck_rules.analyses._taken_names import borrowed_in, borrowings, old_imports_of, old_reads_of
from stackcheck_rules.sqlalchemy._moved_names import MOVED, MOVED_MODULES
from stackcheck_rules.sqlalchemy._removed_names import GONE_MODULES, REMOVED

OLD = MOVED.keys() | REMOVED.keys()
OLD_MODULES = MOVED_MODULES.keys() | GONE_MODULES
# What is read off a module, and what another file would miss if it were renamed.
READ = frozenset(symbol.rpartition(".")[2] for symbol in OLD)
RENAMED = frozenset(
    old.rpartition(".")[2] for old, new in MOVED.items() if old.rpartition(".")[2] != new.rpartition(".")[2]
)
# Functions that are still there and may be called no more, or otherwise.
CALLED = {"dynamic_loader", "mapper"}
CALLS = re.compile(rf"\b(?:{'|'.join(sorted(CALLED))})\s*\(")


def home_of(module: str, name: str) -> str:
    """What `module.name` was, if 2.x does not have it there; else empty."""
    symbol = f"{module}.{name}"
    return symbol if symbol in OLD or (module in OLD_MODULES and name != "*") else ""


def successor_of(symbol: str) -> str:
    """Where an old name is now, empty where nothing takes its place."""
    module, _, name = symbol.rpartition(".")
    return MOVED.get(symbol) or (f"{MOVED_MODULES[module]}.{name}" if module in MOVED_MODULES else "")


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[object]:
    yield from borrowed_in(tree, outline, RENAMED, "sqlalchemy")
    if "sqlalchemy" not in text:
        return
    span, words = span_reader(text), words_in(text)
    if any(home_of(*imported.rpartition(".")[::2]) for imported in outline.imports):
        yield from old_imports_of(tree, span, home_of)
    if not READ.isdisjoint(words):
        yield from old_reads_of(tree, outline, span, READ, roots_of(outline))
    lines = [] if CALLED.isdisjoint(words) else lines_of(text, (match.start() for match in CALLS.finditer(text)))
    for scope, node in scoped_nodes(tree, outline, lines):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in CALLED:
                yield call_of(node, name, scope, ("other",), span)
    if "non_primary" in text:
        yield from calls_of(tree, outline, text, {"map_imperatively"})


def roots_of(outline: Outline) -> set[str]:
    """The names of a file that may lead to a module of SQLAlchemy."""
    return {
        name
        for scope in outline.scopes.values()
        for name, bound in scope.bindings.items()
        if any(one.expr[0] in {"from", "module"} and one.expr[1].partition(".")[0] == "sqlalchemy" for one in bound)
    }


old_names = Analysis("old-sqlalchemy-names", collect, borrowings)
