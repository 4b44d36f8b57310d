"""Chains that begin with `session.query(…)`: each call in them, how they end, and where the value goes."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, parents_near, span_reader, uses
from stackcheck_rules.analyses._call_facts import Argument, arguments_of
from stackcheck_rules.analyses._node_names import last_span
from stackcheck_rules.analyses._scoped_nodes import lines_of
from stackcheck_rules.analyses._words import words

QUERY = re.compile(r"\.\s*query\s*\(")
# What runs a query, or makes something else of it.
ENDS = words("""
    all first get one one_or_none scalar count exists update delete value values subquery cte label as_scalar
    scalar_subquery instances merge_result __iter__ lazy_loaded_from as_scalar
""")


class Step(NamedTuple):
    """`.name(…)` in a chain: `at` is the name, `whole` all up to its closing parenthesis."""

    name: str
    arguments: tuple[Argument, ...]
    at: Span
    whole: Span


class QueryChain(NamedTuple):
    """`session.query(entities).step().end()`.

    `session` is followed back; `owner` is where it stands. `steps` come after `query` itself; `end` is the one
    that ends the chain: a call of `ENDS`, `[]` for a subscript, `.name` for an attribute that is only read, or
    empty where the query is left open. `around` says what the value is for: `await`, `for`, `return`,
    `statement` (nothing), `argument name` of a call, `assign name`, or empty. `whole` is the chain, the
    `await` before it included.
    """

    scope: str
    session: Expr
    owner: Span
    query: Step
    steps: tuple[Step, ...]
    end: str
    last: Step | None
    bounds: Expr
    around: str
    awaited: bool
    movable: bool
    whole: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[QueryChain]:
    lines = lines_of(text, (match.start() for match in QUERY.finditer(text)))
    if not lines:
        return
    lines = sorted({*lines, *lines_of(text, (match.end() - 1 for match in QUERY.finditer(text)))})
    parents = parents_near(tree, lines)
    span = span_reader(text)
    for use in uses(tree, outline, receiver_of, kinds=(ast.Call,), lines=lines, walrus=":=" in text):
        assert isinstance(use.node, ast.Call)
        function = use.node.func
        assert isinstance(function, ast.Attribute)
        start = step_of(use.node, "query", span)
        yield climbed(use.node, start, use.scope, use.value, span(function.value), parents, span)


def receiver_of(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "query":
        return node.func.value
    return None


def climbed(
    root: ast.expr,
    start: Step,
    scope: str,
    session: Expr,
    owner: Span,
    parents: Mapping[ast.AST, ast.AST],
    span: Callable[[ast.AST], Span],
) -> QueryChain:
    """The chain that goes on from an expression that is a query."""
    steps: list[Step] = []
    end, top = "", root
    bounds: Expr = ("other",)
    last: Step | None = None
    while not end:
        attribute = parents.get(top)
        above = parents.get(attribute) if attribute is not None else None
        match attribute:
            case ast.Attribute(attr=name) if isinstance(above, ast.Call) and above.func is attribute:
                top, step = above, step_of(above, name, span)
                end = name if name in ENDS else ""
                last = step if end else None
                steps += [] if end else [step]
            case ast.Attribute(attr=name):
                end, top = f".{name}", attribute
            case ast.Subscript(value=value, slice=given) if value is top:
                end, top, bounds = "[]", attribute, bounds_of(given)
            case _:
                break
    awaited = isinstance(parents.get(top), ast.Await)
    outer = parents[top] if awaited else top
    return QueryChain(
        scope, session, owner, start, tuple(steps), end, last, bounds, around(outer, parents), awaited,
        not in_lambda(outer, parents), span(outer),
    )  # fmt: skip


def step_of(call: ast.Call, name: str, span: Callable[[ast.AST], Span]) -> Step:
    function = span(call.func)
    at = last_span(function, name)
    return Step(name, tuple(arguments_of(call, span)), at, span(call))


def bounds_of(given: ast.expr) -> Expr:
    """The bounds of a slice that are literals and not negative, or no bound; nothing else."""
    match given:
        case ast.Slice(lower=lower, upper=upper, step=None):
            bounds = [part.value if isinstance(part, ast.Constant) else None for part in (lower, upper)]
            literal = all(part is None or isinstance(part, ast.Constant) for part in (lower, upper))
            return ("slice", *bounds) if literal else ("other",)
    return ("other",)


def around(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> str:
    """What the value of an expression is for."""
    match parents.get(node):
        case ast.Return():
            return "return"
        case ast.Expr():
            return "statement"
        case ast.For(iter=iterated) | ast.AsyncFor(iter=iterated) | ast.comprehension(iter=iterated) if (
            iterated is node
        ):
            return "for"
        case ast.Assign(targets=[ast.Name(id=name)]):
            return f"assign {name}"
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=given) if node in given:
            return f"argument {name}"
    return ""


def in_lambda(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> bool:
    here: ast.AST | None = node
    while here is not None and not isinstance(here, ast.stmt):
        if isinstance(here, (ast.Lambda, ast.GeneratorExp)):
            return True
        here = parents.get(here)
    return False


query_chains = Analysis("query-chains", collect, gate=frozenset({"query"}))
