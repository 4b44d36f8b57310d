"""Attributes that sessions, pooled connections and URLs had before SQLAlchemy 2.0, and what they are read from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, span_reader, uses
from stackcheck_rules.analyses._node_names import last_span
from stackcheck_rules.analyses._scoped_nodes import lines_of
from stackcheck_rules.analyses._words import words

READ = words("autocommit connection transaction")
OF_URLS = words("database drivername host password port query username")
# What stands in every file with a URL, or with the driver's connection; the names themselves are common.
BESIDE_URLS = ("make_url", "URL", ".url.")
BESIDE_POOLED = ("raw_connection", ".connection.connection")
OF_SESSIONS = re.compile(r"\.(?:autocommit|transaction)\b(?!\s*[(=])")
OF_POOLED = re.compile(r"\.connection\b(?!\s*[(=])")
SET = re.compile(rf"\.(?:{'|'.join(sorted(OF_URLS))})\s*=(?!=)")


class DatabaseAttribute(NamedTuple):
    """`owner.name` at `at`, of which `name_at` is the last part; the owner is followed back."""

    name: str
    scope: str
    owner: Expr
    name_at: Span
    at: Span
    is_set: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[DatabaseAttribute]:
    starts: list[int] = []
    if ".autocommit" in text or ".transaction" in text:
        starts += [match.start() for match in OF_SESSIONS.finditer(text)]
    if any(mark in text for mark in BESIDE_POOLED):
        starts += [match.start() for match in OF_POOLED.finditer(text)]
    if any(mark in text for mark in BESIDE_URLS):
        starts += [match.start() for match in SET.finditer(text)]
    if not starts:
        return
    span = span_reader(text)
    for use in uses(
        tree, outline, owner_of, kinds=(ast.Attribute,), lines=lines_of(text, sorted(starts)), walrus=":=" in text
    ):
        node = use.node
        assert isinstance(node, ast.Attribute)
        if isinstance(use.parent, ast.Call) and use.parent.func is node:
            continue
        at = span(node)
        name_at = last_span(at, node.attr)
        yield DatabaseAttribute(node.attr, use.scope, use.value, name_at, at, isinstance(node.ctx, ast.Store))


def owner_of(node: ast.AST) -> ast.expr | None:
    match node:
        case ast.Attribute(value=value, attr=name, ctx=ast.Load()) if name in READ:
            return value
        case ast.Attribute(value=value, attr=name, ctx=ast.Store()) if name in OF_URLS:
            return value
    return None


database_attributes = Analysis("database-attributes", collect, gate=READ | OF_URLS)
