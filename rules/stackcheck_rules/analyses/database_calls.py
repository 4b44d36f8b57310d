"""Calls of what sessions, connections, engines and statements have, or had before SQLAlchemy 2.0."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stackcheck import Analysis, Outline
from stackcheck_rules.analyses._call_facts import Call, calls_of
from stackcheck_rules.analyses._words import words

# What takes a statement, of sessions, connections and engines.
EXECUTING = words("execute scalar scalars stream stream_scalars")
METHODS = EXECUTING | words("""
    begin bulk_insert_mappings bulk_save_objects bulk_update_mappings close_all connect connection contextual_connect
    enable_relationship_loading execution_options flush has_table run_callable table_names transaction
""")


CALLED = tuple(f".{name}(" for name in sorted(METHODS))  # plain text is found faster than a pattern


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Call]:
    if any(called in text for called in CALLED):
        yield from calls_of(tree, outline, text, METHODS)


database_calls = Analysis("database-calls", collect, gate=METHODS)
