"""Arguments that SQLAlchemy took for something else: a select for a FROM, a query for a statement, a string for SQL."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, span_reader, uses
from stackcheck_rules.analyses._call_facts import Argument, Call, call_of
from stackcheck_rules.analyses._scoped_nodes import lines_of, starts_of
from stackcheck_rules.analyses._words import words

FROMS = words("select_from join outerjoin")
MEMBERSHIP = words("in_ notin_ not_in")
CLAUSES = words("filter where having order_by group_by from_statement")
EXECUTING = words("execute scalar scalars stream stream_scalars")
ABOUT = ("query", "Query", "select")


class Coerced(NamedTuple):
    """`call` with an argument to look at, and what that one is, followed back. `call.receiver` is followed back too."""

    call: Call
    argument: Argument
    value: Expr


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Coerced]:
    if not any(word in text for word in ABOUT):
        return
    # Of what is passed there a file says how it is made.
    first = FROMS | (MEMBERSHIP if "subquery" in text else set()) | (EXECUTING if ".query" in text else set())
    lines = lines_of(text, sorted(starts_of(text, CLAUSES | first)))
    span = span_reader(text)

    def wanted(node: ast.AST) -> ast.expr | None:
        return node if isinstance(node, ast.Call) and any(looked_at(node, first)) else None

    for use in uses(tree, outline, wanted, kinds=(ast.Call,), lines=lines, walrus=":=" in text):
        node = use.node
        match use.value:
            case ("call", ("attr", receiver, str(name)), positional, _) if isinstance(node, ast.Call):
                call = call_of(node, name, use.scope, receiver, span)
                at = looked_at(node, first)
                # Positional arguments come first.
                yield from (
                    Coerced(call, argument, value)
                    for argument, value, wanted_here in zip(call.arguments, positional, at, strict=False)
                    if wanted_here
                )


def looked_at(node: ast.Call, first: Set[str]) -> list[bool]:
    """For each positional argument whether it may be one that is coerced; of the methods `first` it is the first."""
    match node.func:
        case ast.Attribute(attr=name) if name in CLAUSES:
            return [isinstance(given, ast.Constant) and isinstance(given.value, str) for given in node.args]
        case ast.Attribute(attr=name) if name in first:
            return [may_be_statement(given) for given in node.args[:1]]
    return []


def may_be_statement(node: ast.expr) -> bool:
    """Whether an expression may be a statement or a subquery: no class, as its name has no capital."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name[:1].islower()
    return isinstance(node, ast.Call)


coerced_arguments = Analysis("coerced-arguments", collect)
