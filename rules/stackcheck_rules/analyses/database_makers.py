"""Calls that make engines, sessions, factories and URLs, by whatever name a file imports those functions under."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stackcheck import Analysis, Outline, nodes_of_type, span_reader
from stackcheck_rules.analyses._call_facts import Call, call_of
from stackcheck_rules.analyses._scope_at import scope_at
from stackcheck_rules.analyses._words import words

MAKERS = words("""
    AsyncSession Session URL async_engine_from_config async_scoped_session async_sessionmaker create_async_engine
    create_engine create_session engine_from_config make_url scoped_session sessionmaker
""")
# What stands in every file that calls one of them, under another name perhaps.
MENTIONED = ("sessionmaker", "scoped_session", "_engine", "engine_", "make_url", "Session(", "URL(", "create_session")


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Call]:
    if not any(name in text for name in MENTIONED):
        return
    names = {name for scope in outline.scopes.values() for name, bound in scope.bindings.items()
             if any(one.expr[0] == "from" and one.expr[2] in MAKERS for one in bound)}  # fmt: skip
    names |= MAKERS if outline.stars else set()
    span = span_reader(text)
    for node in nodes_of_type(tree, ast.Call):
        match node.func:
            case ast.Name(id=name) if name in names:
                yield call_of(node, name, scope_at(span(node), outline), ("other",), span)
            case ast.Attribute(attr=name) if name in MAKERS:
                yield call_of(node, name, scope_at(span(node), outline), ("other",), span)


database_makers = Analysis("database-makers", collect, gate=MAKERS)
