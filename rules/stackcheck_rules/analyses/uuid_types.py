"""Where models and tables name PostgreSQL's type `UUID` without saying what its values are in Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, expr_of, span_reader
from stackcheck_rules.analyses._node_names import last_name
from stackcheck_rules.analyses._scoped_nodes import lines_of, scoped_nodes

HOLDERS = {"Column", "mapped_column", "ARRAY", "TypeDecorator"}
OF_POSTGRESQL = "sqlalchemy.dialects.postgresql"


class UuidType(NamedTuple):
    """`expr` is what names the type; `span` is the whole of it, `called` whether it is `UUID()` or `UUID`."""

    scope: str
    expr: Expr
    span: Span
    called: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[UuidType]:
    """Those in class bodies and at module level: in functions, as of migrations, they only name the column's type."""
    if "UUID" not in text or "postgresql" not in text:
        return
    names = names_in(outline)
    mentioned = re.compile(rf"\b(?:{'|'.join(sorted(names))})\b")
    span = span_reader(text)
    inside = {scope.qualname for scope in outline.functions()}
    for scope, node in scoped_nodes(tree, outline, lines_of(text, (one.start() for one in mentioned.finditer(text)))):
        if isinstance(node, ast.Call) and scope not in inside:
            if last_name(node.func) in names and not node.args and not node.keywords:
                yield UuidType(scope, expr_of(node.func), span(node), called=True)
            elif last_name(node.func) in HOLDERS:
                for given in (*node.args, *(word.value for word in node.keywords)):
                    if last_name(given) in names:
                        yield UuidType(scope, expr_of(given), span(given), called=False)


def names_in(outline: Outline) -> Set[str]:
    """What the file may call the type."""
    bound = outline.module.bindings.items()
    return {
        "UUID",
        *(name for name, made in bound if made[0].expr[:2] == ("from", OF_POSTGRESQL) and made[0].expr[2] == "UUID"),
    }


uuid_types = Analysis("uuid-types", collect, gate=frozenset({"UUID"}))
