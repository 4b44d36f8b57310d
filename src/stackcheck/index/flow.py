"""What names are at each place of a scope: environments that follow its statements in their order.

`user = get(); user = User.from_orm(user); user.dict()`: flow-insensitively `user` is both; here it is
the second. Branches are joined, loops run again with what they leave, `isinstance` narrows. Where a
`try` fails, a name is any of what was bound in it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence, Set
from typing import NamedTuple

from stackcheck.index.environment import Environment, after_failing, bind, forget, is_chain, joined, narrowed
from stackcheck.index.expr import OTHER, Expr, dotted, expr_of, root_name, substituted, targets_of
from stackcheck.index.nodes import children_of, nodes_of
from stackcheck.index.scope_nodes import outside, parameters_of

FEW = 60  # names, of which an environment is kept whole

ROUNDS = 3  # of a loop, for what one hands on to the next: a name that gets what another got from a third
LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
# What goes on after its body even if that failed.
# https://docs.python.org/3/library/contextlib.html#contextlib.suppress, and what tests and timeouts use
SWALLOWING = {"suppress", "raises", "assertRaises", "assertRaisesRegex", "move_on_after", "move_on_at"}


class Place(NamedTuple):
    """An expression that a statement evaluates, and what the names in it are before."""

    node: ast.AST
    env: Environment


def places_in(
    body: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, shared: Set[str], *, walrus: bool
) -> Sequence[Place]:
    """The expressions of a scope in the order of its statements, but for those in definitions inside it.

    `shared` are the names that functions bind for the scopes around them; without `walrus` no `:=` is looked for.
    """
    places: list[Place] = []
    _Flow(places, walrus, shared, [], [], []).block(body.body, parameters_of(body))
    return places


class _Flow(NamedTuple):
    """One run over a scope; `places` gets its expressions. A run without it only shows what names end as.

    `bound`, `broken` and `continued` get all that is bound, and the environments at each `break` and `continue`.
    """

    places: list[Place] | None
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
                return self._replace(places=None).block(node.finalbody, end) if end is not None else None
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
                for child in children_of(node):
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
        for _ in range(ROUNDS if self.places is not None else 1):
            quiet = self._replace(places=None, broken=[], continued=[])
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
        if isinstance(target, ast.Name):  # nearly always: nothing in it to look at
            self.bind(("name", target.id), made, env)
            return
        for key, value in targets_of(target, made):
            self.bind(key, value, env)
        for part in nodes_of(target):
            if isinstance(part, (ast.Attribute, ast.Subscript)):
                self.visit(part, env)
                forget(expr_of(part), env)

    def bind(self, key: Expr, made: Expr, env: Environment) -> None:
        self.bound.append((key, bind(key, made, env, self.shared)))

    def leave(self, name: str, env: Environment) -> None:
        """A name that an import or a definition binds is what the outline says."""
        self.bind(("name", name), ("name", name), env)

    def value(self, node: ast.expr | None, env: Environment) -> Expr:
        return substituted(expr_of(node), env)

    def visit(self, node: ast.AST | None, env: Environment) -> None:
        """Note an expression; names that `:=` binds in it are bound in `env`."""
        if node is None:
            return
        if self.places is not None:
            self.places.append(Place(node, visible(node, env)))
        for part in assigned_in(node) if self.walrus else ():
            self.assign(part.target, self.value(part.value, env), env)


def visible(node: ast.AST, env: Environment) -> Environment:
    """What an expression sees of an environment; a copy, as that one changes."""
    if isinstance(node, ast.Constant):
        return {}
    if len(env) <= FEW:
        return dict(env)
    # All of it for every line of a module with thousands of names would fill the memory.
    named = {part.id for part in nodes_of(node) if isinstance(part, ast.Name)}
    return {key: made for key, made in env.items() if root_name(key) in named}


def assigned_in(node: ast.AST) -> Sequence[ast.NamedExpr]:
    """The `:=` of an expression in the order of the text."""
    found = [part for part in nodes_of(node) if isinstance(part, ast.NamedExpr)]
    return sorted(found, key=lambda part: (part.value.lineno, part.value.col_offset))


def _may_swallow(item: ast.withitem) -> bool:
    manager = item.context_expr
    called = manager.func if isinstance(manager, ast.Call) else manager
    return dotted(expr_of(called)).rpartition(".")[2] in SWALLOWING
