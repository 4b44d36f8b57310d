"""Where code makes an inspector, or reads what inspectors and mappers had under another name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, span_reader, uses
from stackcheck_rules.analyses._call_facts import call_of, calls_of
from stackcheck_rules.analyses._node_names import last_span
from stackcheck_rules.analyses._scoped_nodes import lines_of, scoped_nodes
from stackcheck_rules.analyses._words import words

MENTIONED = re.compile(r"\bInspector\b|\.\s*(?:from_engine|mapped_table|reflecttable)\b")
MADE = re.compile(r"\bInspector\s*\(")
READ = re.compile(r"\.\s*mapped_table\b")


class Read(NamedTuple):
    """`receiver.name`; the receiver is followed back, `at` is the place of the name."""

    name: str
    receiver: Expr
    scope: str
    at: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[object]:
    if not MENTIONED.search(text):
        return
    yield from calls_of(tree, outline, text, {"from_engine", "reflecttable"})
    span = span_reader(text)
    for scope, node in scoped_nodes(tree, outline, lines_of(text, (match.start() for match in MADE.finditer(text)))):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name == "Inspector":
                yield call_of(node, name, scope, ("other",), span)
    lines = lines_of(text, (match.end() - 1 for match in READ.finditer(text)))
    for use in (
        uses(tree, outline, mapper_of, kinds=(ast.Attribute,), lines=lines, walrus=":=" in text) if lines else ()
    ):
        whole = span(use.node)
        at = last_span(whole, "mapped_table")
        yield Read("mapped_table", use.value, use.scope, at)


def mapper_of(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.Attribute) and node.attr == "mapped_table" and isinstance(node.ctx, ast.Load):
        return node.value
    return None


inspector_uses = Analysis("inspector-uses", collect, gate=words("Inspector from_engine mapped_table reflecttable"))
