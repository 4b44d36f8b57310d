"""What a name is at one place: expressions with their local names followed back to what was assigned last.

`user = get(); user = User.from_orm(user); user.dict()`: flow-insensitively `user` is both; here it is
the second. Branches are joined, loops run again with what they leave, `isinstance` narrows. Where a
`try` fails, a name is any of what was bound in it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence, Set
from itertools import chain
from typing import NamedTuple

from stackcheck.index.environment import Environment, after_failing, forget, is_chain, joined, narrowed
from stackcheck.index.expr import OTHER, Expr, dotted, expr_of, size_of, substituted, targets_of
from stackcheck.index.outline import Outline, definitions, nodes_of, nodes_of_type
from stackcheck.index.scope_nodes import is_near, outside, own_nodes, parameters_of

Wanted = Callable[[ast.AST], ast.expr | None]
LARGEST = 120  # parts of one expression

ROUNDS = 3  # of a loop, for what one hands on to the next: a name that gets what another got from a third
LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
# What goes on after its body even if that failed.
# https://docs.python.org/3/library/contextlib.html#contextlib.suppress, and what tests and timeouts use
SWALLOWING = {"suppress", "raises", "assertRaises", "assertRaisesRegex", "move_on_after", "move_on_at"}


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
    declared: list[ast.Global | ast.Nonlocal] = [*nodes_of_type(tree, ast.Global), *nodes_of_type(tree, ast.Nonlocal)]
    shared = {name for statement in declared for name in statement.names}
    for qualname, body in zip(outline.numbered(), [tree, *definitions(tree)], strict=True):
        if isinstance(body, ast.Module) or is_near(body, lines):
            near = [statement for statement in body.body if is_near(statement, lines)]
            if any(wanted(node) is not None for statement in near for node in own_nodes(statement)):
                found: dict[ast.AST, tuple[Expr, ast.AST | None]] = {}
                _Flow(wanted, found, lines, walrus, shared, [], [], []).block(body.body, parameters_of(body))
                yield from (Use(node, qualname, value, parent) for node, (value, parent) in found.items())


class _Flow(NamedTuple):
    """One run over a scope; `found` gets what is wanted. A run without it only shows what names end as.

    `shared` are the names that functions bind for the scopes around them. `bound`, `broken` and
    `continued` get all that is bound, and the environments at each `break` and `continue`.
    """

    wanted: Wanted
    found: dict[ast.AST, tuple[Expr, ast.AST | None]] | None
    lines: Sequence[int]
    walrus: bool
    shared: Set[str]
    bound: list[tuple[Expr, Expr]]
    broken: list[Environment]
    continued: list[Environment]

    def block(self, statements: Sequence[ast.stmt], env: Environment) -> Environment | None:
        """The environment after some statements; None if they never end here."""
        here: Environment | None = env
        for statement in statements:
            if here is None:
                here = dict(env)  # cannot be reached; its uses are still read
            here = self.statement(statement, here)
        return here

    def statement(self, node: ast.stmt, env: Environment) -> Environment | None:
        match node:
            case ast.Assign(targets=targets, value=value):
                self.visit(value, env)
                made = self.value(value, env)
                for target in targets:
                    self.assign(target, made, env)
            case ast.AnnAssign(target=ast.Name() as target, annotation=annotation, value=given):
                self.visit(given, env)
                made = self.value(given, env) if given is not None else OTHER
                self.assign(target, ("as", expr_of(annotation), made), env)
            case ast.AugAssign(target=target, value=value):
                self.visit(value, env)
                self.assign(target, OTHER, env)
            case ast.If(test=test, body=body, orelse=orelse):
                self.visit(test, env)
                yes, no = narrowed(test, env)
                return joined([self.block(body, yes), self.block(orelse, no)])
            case ast.For(target=target, iter=iterated) | ast.AsyncFor(target=target, iter=iterated):
                self.visit(iterated, env)
                made = ("item", self.value(iterated, env))
                return self.loop(node, env, lambda flow, inside: flow.each(target, made, inside))
            case ast.While(test=test):
                return self.loop(node, env, lambda flow, inside: flow.test(test, inside))
            case ast.Try() | ast.TryStar() if node.finalbody:
                end, failed = self.risk(lambda flow: flow.attempt(node, env), env)
                self.block(node.finalbody, failed)
                return self._replace(found=None).block(node.finalbody, end) if end is not None else None
            case ast.Try() | ast.TryStar():
                return self.attempt(node, env)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    self.visit(item.context_expr, env)
                    if item.optional_vars is not None:
                        self.assign(item.optional_vars, ("enter", self.value(item.context_expr, env)), env)
                end, failed = self.risk(lambda flow: flow.block(body, dict(env)), env)
                return joined([end, failed]) if any(map(_may_swallow, items)) else end
            case ast.Match(subject=subject, cases=cases):
                self.visit(subject, env)
                ends = [self.case(case, subject, dict(env)) for case in cases]
                return joined([*ends, env])
            case ast.Assert(test=test):
                self.visit(test, env)
                return narrowed(test, env)[0]
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for alias in names:
                    self.leave(alias.asname or alias.name.partition(".")[0], env)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                for part in outside(node):
                    self.visit(part, env)
                self.leave(node.name, env)
            case ast.Delete(targets=targets):
                for target in targets:
                    forget(expr_of(target), env)
            case ast.Break():
                self.broken.append(env)
            case ast.Continue():
                self.continued.append(env)
            case _:
                for child in ast.iter_child_nodes(node):
                    self.visit(child, env)
        return None if isinstance(node, LEAVES) else env

    def loop(
        self,
        node: ast.For | ast.AsyncFor | ast.While,
        env: Environment,
        start: Callable[[_Flow, Environment], tuple[Environment, Environment | None]],
    ) -> Environment | None:
        """The environment after a loop; `start` gives those in which a round begins and no more does."""
        head = env
        for _ in range(ROUNDS if self.found is not None else 1):
            quiet = self._replace(found=None, broken=[], continued=[])
            left = quiet.block(node.body, start(quiet, dict(head))[0])
            again = joined([head, left, *quiet.continued])
            if again is None or again == head:
                break
            head = again
        flow = self._replace(broken=[], continued=[])
        begin, over = start(flow, dict(head))
        flow.block(node.body, begin)
        return joined([self.block(node.orelse, over) if over is not None else None, *flow.broken])

    def each(self, target: ast.expr, made: Expr, env: Environment) -> tuple[Environment, Environment]:
        before = dict(env)
        self.assign(target, made, env)
        return env, before

    def test(self, test: ast.expr, env: Environment) -> tuple[Environment, Environment | None]:
        self.visit(test, env)
        holds, fails = narrowed(test, env)
        return holds, None if isinstance(test, ast.Constant) and test.value else fails

    def risk(
        self, run: Callable[[_Flow], Environment | None], env: Environment
    ) -> tuple[Environment | None, Environment]:
        """The environments after what may fail at any place: where it did not, and where it did."""
        inside = self._replace(bound=[])
        end = run(inside)
        self.bound.extend(inside.bound)
        return end, after_failing(env, inside.bound)

    def attempt(self, node: ast.Try | ast.TryStar, env: Environment) -> Environment | None:
        tried, failed = self.risk(lambda flow: flow.block(node.body, dict(env)), env)
        ends = [self.block(node.orelse, dict(tried))] if tried is not None else []
        for handler in node.handlers:
            inside = dict(failed)
            if handler.type is not None:
                self.visit(handler.type, inside)
            if handler.name:
                made = ("instance", expr_of(handler.type)) if handler.type is not None else OTHER
                self.bind(("name", handler.name), made, inside)
            ends.append(self.block(handler.body, inside))
        return joined(ends)

    def case(self, case: ast.match_case, subject: ast.expr, env: Environment) -> Environment | None:
        for part in ast.walk(case.pattern):
            match part:
                case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                    self.bind(("name", name), OTHER, env)
        match case.pattern:
            case ast.MatchClass(cls=cls) | ast.MatchAs(pattern=ast.MatchClass(cls=cls)) if is_chain(subject):
                env[expr_of(subject)] = ("instance", substituted(expr_of(cls), env))
                if isinstance(case.pattern, ast.MatchAs) and case.pattern.name:
                    env["name", case.pattern.name] = env[expr_of(subject)]
        if case.guard is not None:
            self.visit(case.guard, env)
        return self.block(case.body, env)

    def assign(self, target: ast.expr, made: Expr, env: Environment) -> None:
        for key, value in targets_of(target, made):
            self.bind(key, value, env)
        for part in ast.walk(target):
            if isinstance(part, (ast.Attribute, ast.Subscript)):
                self.visit(part, env)
                forget(expr_of(part), env)

    def bind(self, key: Expr, made: Expr, env: Environment) -> None:
        forget(key, env)
        made = key if key[1] in self.shared else made if size_of(made) <= LARGEST else OTHER
        env[key] = made
        self.bound.append((key, made))

    def leave(self, name: str, env: Environment) -> None:
        """A name that an import or a definition binds is what the outline says."""
        self.bind(("name", name), ("name", name), env)

    def value(self, node: ast.expr | None, env: Environment) -> Expr:
        return substituted(expr_of(node), env)

    def visit(self, node: ast.AST | None, env: Environment, parent: ast.AST | None = None) -> None:
        """Look for what is wanted in an expression; names that `:=` binds are bound in `env`."""
        if node is None:
            return
        if self.found is None or (isinstance(node, ast.expr) and not is_near(node, self.lines)):
            for part in nodes_of(node) if self.walrus else ():
                if isinstance(part, ast.NamedExpr):
                    self.assign(part.target, self.value(part.value, env), env)
            return
        asked = self.wanted(node)
        if asked is not None:
            self.found[node] = (self.value(asked, env), parent)
        match node:
            case ast.BoolOp(op=op, values=values):
                inside = env
                for value in values:
                    self.visit(value, inside, node)
                    inside = narrowed(value, inside)[0 if isinstance(op, ast.And) else 1]
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.visit(test, env, node)
                yes, no = narrowed(test, env)
                self.visit(body, yes, node)
                self.visit(orelse, no, node)
            case ast.Lambda(args=args, body=body):
                names = [arg.arg for arg in ast.walk(args) if isinstance(arg, ast.arg)]
                self.visit(body, {**env, **{("name", name): OTHER for name in names}}, node)
            case ast.NamedExpr(target=target, value=value):
                self.visit(value, env, node)
                self.assign(target, self.value(value, env), env)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                self.comprehension(node, dict(env))
            case _:
                for child in ast.iter_child_nodes(node):
                    self.visit(child, env, node)

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, env: Environment
    ) -> None:
        for part in node.generators:
            self.visit(part.iter, env)
            self.assign(part.target, ("item", self.value(part.iter, env)), env)
            for test in part.ifs:
                self.visit(test, env)
                env = narrowed(test, env)[0]
        for made in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.visit(made, env)


def _may_swallow(item: ast.withitem) -> bool:
    manager = item.context_expr
    called = manager.func if isinstance(manager, ast.Call) else manager
    return dotted(expr_of(called)).rpartition(".")[2] in SWALLOWING
