"""Calls of what `Query` had before SQLAlchemy 2.0, and queries that are read from their end."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, span_reader, uses
from stackcheck_rules.analyses._call_facts import Call, call_of
from stackcheck_rules.analyses._scoped_nodes import lines_of, starts_of
from stackcheck_rules.analyses._words import words

REFRESH, LOCK = "refresh", "lockmode"  # a method of sessions, with that argument
METHODS = {REFRESH} | words("""
    from_self select_entity_from with_polymorphic with_lockmode
    with_labels apply_labels add_column as_scalar with_parent instances merge_result
""")
FUNCTION = "with_parent"  # there is one of that name too
# `query[-1]`, `query[-3:]`, `query[:-1]`
FROM_END = re.compile(r"-\s*\d+\s*[\]:]")


class FromEnd(NamedTuple):
    """`receiver[-1]`, or a slice with such a bound; `receiver` is followed back."""

    scope: str
    receiver: Expr
    at: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Call | FromEnd]:
    starts = starts_of(text, METHODS if LOCK in text else METHODS - {REFRESH})
    if ".query(" in text or ("Query" in text and "sqlalchemy.orm" in text):
        starts += [match.start() for match in FROM_END.finditer(text)]
    span = span_reader(text)
    for use in uses(
        tree,
        outline,
        wanted,
        kinds=(ast.Call, ast.Subscript),
        lines=lines_of(text, sorted(starts)),
        walrus=":=" in text,
    ):
        match use.node:
            case ast.Call(func=ast.Attribute(attr=name)) as call:
                yield call_of(call, name, use.scope, use.value, span)
            case ast.Call(func=ast.Name(id=name)) as call:
                yield call_of(call, name, use.scope, ("other",), span)
            case node:
                yield FromEnd(use.scope, use.value, span(node))


def wanted(node: ast.AST) -> ast.expr | None:
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="refresh"), keywords=given):
            return owner if any(word.arg == LOCK for word in given) else None
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in METHODS:
            return owner
        case ast.Call(func=ast.Name(id=name) as function) if name == FUNCTION:
            return function
        case ast.Subscript(value=owner, slice=ast.Slice(lower=lower, upper=upper)):
            return owner if is_negative(lower) or is_negative(upper) else None
        case ast.Subscript(value=owner, slice=index):
            return owner if is_negative(index) else None
    return None


def is_negative(node: ast.expr | None) -> bool:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return number > 0
    return False


old_query_calls = Analysis("old-query-calls", collect, gate=METHODS | {"query", "sqlalchemy"})
