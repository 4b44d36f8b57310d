"""Queries that a class has as an attribute: where `query_property()` makes them, and where they are read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline, Span, expr_of, nodes_of_type, span_reader, uses
from stackcheck_rules.analyses._scoped_nodes import lines_of

READ = re.compile(r"\.\s*query\b(?!\s*[(=])")
MADE = "query_property"


class QueryRead(NamedTuple):
    """`owner.query`, which is not called; `at` is the whole of it."""

    scope: str
    owner: Expr
    at: Span


class QueryMade(NamedTuple):
    """`registry.query_property(…)`; `owner` is the class where it is assigned to `owner.query`."""

    scope: str
    registry: Expr
    owner: Expr
    at: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[QueryRead | QueryMade]:
    starts = [match.start() for match in READ.finditer(text)]
    starts += [match.start() for match in re.finditer(MADE, text)]
    lines = lines_of(text, sorted(starts))
    if not lines:
        return
    span = span_reader(text)
    owners = {}
    if MADE in text:
        owners = {
            each.value: target.value
            for each in nodes_of_type(tree, ast.Assign)
            for target in each.targets
            if isinstance(target, ast.Attribute) and target.attr == "query"
        }
    for use in uses(tree, outline, wanted, kinds=(ast.Call, ast.Attribute), lines=lines, walrus=":=" in text):
        match use.node:
            case ast.Call() as made:
                yield QueryMade(use.scope, use.value, expr_of(owners.get(made)), span(made))
            case read if not (isinstance(use.parent, ast.Call) and use.parent.func is read):
                yield QueryRead(use.scope, use.value, span(read))


def wanted(node: ast.AST) -> ast.expr | None:
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="query_property")):
            return owner
        case ast.Attribute(value=owner, attr="query", ctx=ast.Load()):
            return owner
    return None


def merge(
    evaluator: Evaluator, facts: Mapping[str, tuple[QueryRead | QueryMade, ...]]
) -> Mapping[tuple[str, str], bool]:
    """The (file, name) of each class to which a `query_property()` is assigned from outside."""
    made = [(file, fact) for file, found in facts.items() for fact in found if isinstance(fact, QueryMade)]
    owners = [evaluator.definition(file, fact.scope, fact.owner) for file, fact in made]
    return {owner: True for owner in owners if owner is not None}


query_properties = Analysis("query-properties", collect, merge, gate=frozenset({"query", MADE}))
