"""What the body of each route is made of, as costs: the measure behind `route-logic`.

The measure is Cognitive Complexity (SonarSource, 2023: breaks in the linear flow, dearer the deeper
they are nested) without what an HTTP layer is for (guards, translated errors, mapped results), and
with what it is not for: computation, several steps of persistence, calls to other systems.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, definitions, dotted, root_name, span_reader
from stackcheck_rules.analyses._node_names import last_name
from stackcheck_rules.analyses._route_shapes import (
    is_building,
    is_existence,
    is_patch,
    is_refusal,
    operands,
    parts_of_text,
    shape,
)
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.clients import TALKS
from stackcheck_rules.analyses.routes import Route
from stackcheck_rules.analyses.routes import collect as routes_of

READS = words("execute scalar scalars get get_one query exec stream stream_scalars")
WRITES = words(
    """add add_all delete delete_all merge merge_all bulk_save_objects bulk_insert_mappings
    bulk_update_mappings"""
)
CONSTRUCTS = words("select insert update delete text")
CLAUSES = words(
    """where filter filter_by join outerjoin join_from outerjoin_from select_from group_by order_by having
    limit offset slice options distinct with_for_update values returning union union_all intersect except_
    add_columns with_only_columns on_conflict_do_update on_conflict_do_nothing"""
)
CALLS = READS | WRITES | CONSTRUCTS | CLAUSES | TALKS | {"commit"}
# What stands in the arguments of these is SQL, if they are what they are called.
HOLDERS = CLAUSES | CONSTRUCTS | words("query case cast and_ or_ not_ between extract exists literal")
PAGINATION = {"limit", "offset"}
HTTP_OBJECTS = {"self", "cls", "request", "response", "state"}
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
LEAVES = (ast.Name, ast.Constant, ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop)
DEFINED_NAME = re.compile(r"(?:async\s+)?def\s+(\w+)")
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Cost(NamedTuple):
    """One construct. `what` is a word for people where `points` are settled; what else it takes to
    settle them is said by `call`, `guard`, `translation`, `write to` and `arithmetic`.

    `expr` is to be read in `scope`; `within` are the calls in whose arguments it stands.
    """

    what: str
    points: int
    span: Span
    scope: str
    expr: Expr = ()
    within: tuple[Expr, ...] = ()


class RouteCosts(NamedTuple):
    """A function that looks like a route, and its costs in source order."""

    route: Route
    costs: tuple[Cost, ...]


class Here(NamedTuple):
    """Where in a body one is; `bound` are the names of comprehensions and lambdas around."""

    span: Callable[[ast.AST], Span]
    scopes: Mapping[Definition, str]
    scope: str
    depth: int = 0
    within: tuple[Expr, ...] = ()
    bound: frozenset[str] = frozenset()
    paginates: bool = False

    def cost(self, what: str, points: int, node: ast.AST, expr: Expr = ()) -> Cost:
        line, column, end_line, end_column = self.span(node)
        if isinstance(node, ast.Attribute):  # a chain over several lines is where its last name is
            span = Span(end_line, max(end_column - len(node.attr), 1), end_line, end_column)
        else:  # a statement over several lines is pointed at by its first character
            span = Span(line, column, line, end_column if line == end_line else column + 1)
        return Cost(what, points, span, self.scope, expr, self.within)

    def deeper(self) -> Here:
        return self._replace(depth=self.depth + 1)


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[RouteCosts]:
    found = list(routes_of(tree, outline, text))
    if not found:
        return
    # The outline has the same definitions in the same order, the module before them.
    scopes: dict[Definition, str] = dict(zip(definitions(tree), outline.numbered()[1:], strict=True))
    nodes = {scope: node for node, scope in scopes.items()}
    span = span_reader(text)
    for route in found:
        try:
            costs = tuple(block(nodes[route.function].body, Here(span, scopes, route.function)))
        except RecursionError:  # thousands of operands in one expression: nothing is said of it
            continue
        yield RouteCosts(route, costs)


def name_span(route: Route, text: str) -> Span:
    """Where the name of a route's function stands; for findings only, as it splits the text."""
    line, column, *_ = route.span
    written = DEFINED_NAME.match(re.split(r"\r\n|\r|\n", text)[line - 1], column - 1)
    start, end = written.span(1) if written else (column - 1, column)
    return Span(line, start + 1, line, end + 1)


def block(body: Iterable[ast.stmt], here: Here) -> Iterator[Cost]:
    for statement in body:
        yield from of_statement(statement, here)


def of_statement(node: ast.stmt, here: Here) -> Iterator[Cost]:
    match node:
        case ast.If():
            yield from of_branches(node, here)
        case ast.For() | ast.AsyncFor() | ast.While():
            if not is_patch(node):
                yield here.cost("loop", 2 + 2 * here.depth, node)
            yield from of_expressions([node.test if isinstance(node, ast.While) else node.iter], here)
            yield from block([*node.body, *node.orelse], here.deeper())
        case ast.Try() | ast.TryStar():
            yield from block(node.body, here)
            for handler in node.handlers:
                if is_refusal(handler.body):
                    yield here.cost("translation", 2, handler)
                else:
                    yield here.cost("except", 2 + 2 * here.depth, handler)
                yield from block(handler.body, here.deeper())
            yield from block([*node.orelse, *node.finalbody], here)
        case ast.Match():
            yield here.cost("match", 2 + 2 * here.depth, node)
            yield from of_expressions([node.subject], here)
            for case in node.cases:
                yield from of_expressions([case.guard] if case.guard else [], here)
                yield from block(case.body, here.deeper())
        case ast.With() | ast.AsyncWith():
            yield from of_expressions([item.context_expr for item in node.items], here)
            yield from block(node.body, here)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield here.cost("nested function", 2, node)
            yield from block(node.body, here.deeper()._replace(scope=here.scopes[node]))
        case ast.ClassDef():
            yield from block(node.body, here._replace(scope=here.scopes[node]))
        case ast.AugAssign():
            yield here.cost("augmented assignment", 1, node)
            yield from of_expressions([node.value], here)
        case ast.Assign() | ast.AnnAssign():
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from of_target(target, here)
            yield from of_expressions([node.value] if node.value else [], here)
        case _:
            yield from of_expressions(ast.iter_child_nodes(node), here)


def of_branches(node: ast.If, here: Here) -> Iterator[Cost]:
    """`if`, its `elif`s and its `else`; one guard where every branch refuses the request."""
    chain, rest = [node], node.orelse
    # `else:` with an `if` below it differs from `elif` only by its indentation.
    while len(rest) == 1 and isinstance(rest[0], ast.If) and rest[0].col_offset == node.col_offset:
        chain.append(rest[0])
        rest = rest[0].orelse
    bodies = [*(branch.body for branch in chain), *([rest] if rest else [])]
    if all(is_refusal(body) for body in bodies):
        if not all(is_existence(branch.test) for branch in chain):
            yield here.cost("guard", 2, node)
    else:
        yield here.cost("branch", 2 + 2 * here.depth, node)
        for branch in chain[1:]:
            yield here.cost("branch", 2, branch)
        if rest:
            yield here.cost("branch", 2, rest[0])
    for branch in chain:
        yield from of_expressions([branch.test], here)
        yield from block(branch.body, here.deeper())
    yield from block(rest, here.deeper())


def of_target(target: ast.expr, here: Here) -> Iterator[Cost]:
    match target:
        case ast.Attribute():
            if not HTTP_OBJECTS.intersection(dotted(shape(target.value)).split(".")):
                yield here.cost("write to", 1, target, shape(target.value))
        case ast.Tuple() | ast.List():
            for item in target.elts:
                yield from of_target(item, here)
        case ast.Subscript():
            yield from of_expressions([target.slice], here)


def of_expressions(nodes: Iterable[ast.AST], here: Here) -> Iterator[Cost]:
    for node in nodes:
        if isinstance(node, LEAVES):  # half of all nodes
            continue
        match node:
            case ast.Call():
                yield from of_call(node, here)
                continue
            case ast.BinOp() if is_building(node):
                yield from of_expressions(parts_of_text(node), here)
                continue
            case ast.BinOp(op=op) if isinstance(op, ARITHMETIC) and not here.paginates:
                yield here.cost("arithmetic", 1, node, ("tuple", tuple(operands(node))))
            case ast.IfExp():
                yield here.cost("ternary", 1, node)
            case ast.Lambda():
                yield here.cost("lambda", 1, node)
                names = {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
                yield from of_expressions([node.body], here._replace(bound=here.bound | names))
                continue
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                if len(node.generators) > 1 or node.generators[0].ifs:
                    yield here.cost("comprehension", 2, node)
                names = {name.id for clause in node.generators for name in ast.walk(clause.target)
                         if isinstance(name, ast.Name)}  # fmt: skip
                yield from of_expressions(ast.iter_child_nodes(node), here._replace(bound=here.bound | names))
                continue
        yield from of_expressions(ast.iter_child_nodes(node), here)


def of_call(node: ast.Call, here: Here) -> Iterator[Cost]:
    yield from of_expressions([node.func], here)  # first: a chain reads from its head
    name = last_name(node.func)
    func = shape(node.func)
    is_known = root_name(func) not in here.bound
    if is_known and name in CALLS:
        yield here.cost("call", 0, node.func, func)
    inside = here
    if is_known and (name in HOLDERS or ".func." in dotted(func) or root_name(func) == "func"):
        inside = here._replace(within=(*here.within, func), paginates=here.paginates or name in PAGINATION)
    yield from of_expressions([*node.args, *node.keywords], inside)


route_costs = Analysis("route-costs", collect)
