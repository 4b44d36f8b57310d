"""Where something is used, with what it is at that place: local names followed back to what was assigned last."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from stackcheck.index.environment import Environment, bind, forget, narrowed
from stackcheck.index.expr import OTHER, Expr, expr_of, substituted, targets_of
from stackcheck.index.flow import Place, places_in
from stackcheck.index.nodes import Definition, children_of, definitions, nodes_of, nodes_of_type, shared_names
from stackcheck.index.outline import Outline
from stackcheck.index.scope_nodes import is_near, nodes_near

Wanted = Callable[[ast.AST], ast.expr | None]


class Use(NamedTuple):
    """A wanted node, the qualname of the scope it stands in, and the expression that was asked for.

    `parent` is the expression around the node, as the call of an attribute; None right in a statement.
    """

    node: ast.AST
    scope: str
    value: Expr
    parent: ast.AST | None = None


def uses(
    tree: ast.Module,
    outline: Outline,
    wanted: Wanted,
    *,
    kinds: Sequence[type[ast.expr]] = (),
    lines: Sequence[int] | None = None,
    walrus: bool = True,
) -> Iterator[Use]:
    """Every node for which `wanted` names an expression, with that expression as it is there.

    With `kinds` only nodes of these types are asked for, with `lines` (in order) only what stands on
    them, and without `walrus` no `:=` is looked for: all three are cheaper. What is not assigned in the
    scope at hand stays a name, to be looked up from the scope.
    """
    if lines is None:
        among = chain.from_iterable(nodes_of_type(tree, kind) for kind in kinds) if kinds else nodes_of(tree)
        lines = sorted({node.lineno for node in among if isinstance(node, ast.expr) and wanted(node) is not None})
    if not lines:
        return
    bodies = _bodies(tree, walrus and bool(nodes_of_type(tree, ast.NamedExpr)))
    for qualname, body in zip(outline.numbered(), bodies, strict=True):
        if body.may_hold(wanted, kinds, lines):
            found: dict[ast.AST, Use] = {}
            for node, env, parent in body.seen_near(lines):
                asked = wanted(node) if not kinds or type(node) in kinds else None
                if asked is not None and not (isinstance(node, ast.expr) and not is_near(node, lines)):
                    found[node] = Use(node, qualname, substituted(expr_of(asked), env), parent)
            yield from found.values()


class Seen(NamedTuple):
    """A node of an expression, what names are there, and the expression around it."""

    node: ast.AST
    env: Environment
    parent: ast.AST | None


@dataclass(frozen=True, eq=False)
class _Body:
    """One scope; its statements are followed when it is first asked for, and once for all who ask."""

    node: ast.Module | Definition
    shared: frozenset[str]
    walrus: bool

    @cached_property
    def expressions(self) -> Sequence[_Expression]:
        return [_Expression(place, self.shared) for place in places_in(self.node, self.shared, walrus=self.walrus)]

    def may_hold(self, wanted: Wanted, kinds: Sequence[type[ast.AST]], lines: Sequence[int]) -> bool:
        """Whether something wanted may stand on some lines: looking takes less than following."""
        if isinstance(self.node, ast.stmt) and not is_near(self.node, lines):
            return False
        if "expressions" in vars(self):
            return True
        nodes = nodes_near(self.node, lines)
        return any((not kinds or type(node) in kinds) and wanted(node) is not None for node in nodes)

    def seen_near(self, lines: Sequence[int]) -> Iterator[Seen]:
        for expression in self.expressions:
            node = expression.place.node
            if not isinstance(node, ast.expr) or is_near(node, lines):
                yield from expression.seen


@dataclass(frozen=True, eq=False)
class _Expression:
    """An expression at its place, its parts read once for all who ask."""

    place: Place
    shared: frozenset[str]

    @cached_property
    def seen(self) -> Sequence[Seen]:
        found: list[Seen] = []
        _look(self.place.node, self.place.env, None, found, self.shared)
        return found


@lru_cache(maxsize=1)
def _bodies(tree: ast.Module, walrus: bool) -> Sequence[_Body]:
    return [_Body(node, shared_names(tree), walrus) for node in (tree, *definitions(tree))]


def _look(node: ast.AST, env: Environment, parent: ast.AST | None, found: list[Seen], shared: Set[str]) -> None:
    """Note a node and those below it, each with what names are there; `:=` binds in `env`."""
    found.append(Seen(node, env, parent))
    match node:
        case ast.Name() | ast.Constant():
            pass
        case ast.BoolOp(op=op, values=values):
            inside = env
            for value in values:
                _look(value, inside, node, found, shared)
                inside = narrowed(value, inside)[0 if isinstance(op, ast.And) else 1]
        case ast.IfExp(test=test, body=body, orelse=orelse):
            _look(test, env, node, found, shared)
            yes, no = narrowed(test, env)
            _look(body, yes, node, found, shared)
            _look(orelse, no, node, found, shared)
        case ast.Lambda(args=args, body=body):
            names = [arg.arg for arg in nodes_of(args) if isinstance(arg, ast.arg)]
            _look(body, {**env, **{("name", name): OTHER for name in names}}, node, found, shared)
        case ast.NamedExpr(target=target, value=value):
            _look(value, env, node, found, shared)
            # What was seen before sees nothing of it.
            before = dict(env)
            found[:] = [seen._replace(env=before) if seen.env is env else seen for seen in found]
            _assign(target, substituted(expr_of(value), env), env, found, shared)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            _look_in_comprehension(node, env, found, shared)
        case _:
            for child in children_of(node):
                _look(child, env, node, found, shared)


def _look_in_comprehension(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    env: Environment,
    found: list[Seen],
    shared: Set[str],
) -> None:
    for part in node.generators:
        env = dict(env)
        _look(part.iter, env, None, found, shared)
        made = ("item", substituted(expr_of(part.iter), env))
        env = dict(env)
        _assign(part.target, made, env, found, shared)
        for test in part.ifs:
            _look(test, env, None, found, shared)
            env = narrowed(test, env)[0]
    for made_of in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
        _look(made_of, env, None, found, shared)


def _assign(target: ast.expr, made: Expr, env: Environment, found: list[Seen], shared: Set[str]) -> None:
    for key, value in targets_of(target, made):
        bind(key, value, env, shared)
    for part in nodes_of(target):
        if isinstance(part, (ast.Attribute, ast.Subscript)):
            _look(part, dict(env), None, found, shared)
            forget(expr_of(part), env)
