"""Calls that need a connection to look at tables or to make them: `metadata.create_all(…)`, `inspect(…)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from stackcheck import Analysis, Outline, span_reader
from stackcheck_rules.analyses._call_facts import Call, call_of, calls_of
from stackcheck_rules.analyses._scoped_nodes import lines_of, scoped_nodes

METHODS = {"create_all", "drop_all", "reflect"}
INSPECTED = re.compile(r"inspect\s*\(")


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Call]:
    if "_all(" in text or ".reflect(" in text:
        yield from calls_of(tree, outline, text, METHODS)
    if "inspect" not in text or not any(name.startswith("sqlalchemy") for name in outline.imports):
        return
    span = span_reader(text)
    lines = lines_of(text, (match.start() for match in INSPECTED.finditer(text)))
    for scope, node in scoped_nodes(tree, outline, lines) if lines else ():
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name.endswith("inspect"):
                yield call_of(node, "inspect", scope, ("other",), span)


metadata_calls = Analysis("metadata-calls", collect)
