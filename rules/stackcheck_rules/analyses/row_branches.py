"""Where code asks whether a row has its mapping: what stands there supports both kinds of rows and is left alone.

`if hasattr(row, "_mapping"): … else: …`, `try: dict(row) … except TypeError: dict(row._mapping)`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from stackcheck import Analysis, Outline, Span, nodes_of
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.version_branches import branches_in, names_of

OF_NEW = words("_asdict _fields _mapping")
OF_EITHER = OF_NEW | words("has_key items keys values")
MENTIONED = re.compile(r"hasattr\([^()]*[\"'](?:_asdict|_fields|_mapping|has_key|items|keys|values)[\"']")
FAILING = {"AttributeError", "TypeError"}


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Span]:
    """The spans of the branches, with their tests."""
    if MENTIONED.search(text) or ("except" in text and any(f".{name}" in text for name in OF_NEW)):
        yield from branches_in(tree, text, asks_mapping, is_choice)


def asks_mapping(test: ast.expr) -> bool:
    for node in nodes_of(test):
        match node:
            case ast.Call(func=ast.Name(id="hasattr"), args=[_, ast.Constant(value=str(name))]) if name in OF_EITHER:
                return True
    return False


def is_choice(body: Sequence[ast.stmt], handlers: Sequence[ast.ExceptHandler]) -> bool:
    """Whether one way of a `try` asks for the mapping where the other one fails."""
    if any(asks_new(handler.body) for handler in handlers):
        return True
    caught = {name for handler in handlers for name in names_of(handler.type)}
    return bool(caught & FAILING) and asks_new(body)


def asks_new(statements: Iterable[ast.stmt]) -> bool:
    nodes = (node for statement in statements for node in nodes_of(statement))
    return any(isinstance(node, ast.Attribute) and node.attr in OF_NEW for node in nodes)


row_branches = Analysis("row-branches", collect)
