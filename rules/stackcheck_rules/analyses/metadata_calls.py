"""Calls that need a connection to look at tables or to make them: `metadata.create_all(…)`, `inspect(…)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from stackcheck import Analysis, Outline, nodes_of_type, root_name, span_reader
from stackcheck_rules.analyses._call_facts import Call, call_of, calls_of
from stackcheck_rules.analyses._scoped_nodes import lines_of, scoped_nodes

METHODS = {"create_all", "drop_all", "reflect"}
INSPECTED = re.compile(r"inspect\s*\(")


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Call]:
    found = list(calls_in(tree, outline, text))
    if found:
        # `conn.run_sync(lambda conn: metadata.create_all(conn))`: the inner one is sync.
        span = span_reader(text)
        inside = [(span(node), names_of(node)) for node in nodes_of_type(tree, ast.Lambda)]
        for call in found:
            own = set().union(*(names for at, names in inside if at[:2] <= call.at[:2] and call.at[2:] <= at[2:]))
            if not any(root_name(given.expr) in own for given in call.arguments):
                yield call


def names_of(node: ast.Lambda) -> set[str]:
    return {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}


def calls_in(tree: ast.Module, outline: Outline, text: str) -> Iterator[Call]:
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
