"""What a name is at one place: expressions with their local names followed back to what was assigned last.

`user = get(); user = User.from_orm(user); user.dict()`: flow-insensitively `user` is both; here it is
the second. Branches are joined, loops run once more with what they leave, `isinstance` narrows.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from stackcheck.index.environment import Environment, forget, is_chain, joined, leave, narrowed
from stackcheck.index.expr import OTHER, Expr, expr_of, size_of, substituted, targets_of
from stackcheck.index.outline import Outline, definitions, nodes_of, nodes_of_type
from stackcheck.index.scope_nodes import is_near, outside, own_nodes, parameters_of

Wanted = Callable[[ast.AST], ast.expr | None]
LARGEST = 120  # parts of one expression

LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


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
    for qualname, body in zip(outline.numbered(), [tree, *definitions(tree)], strict=True):
        if isinstance(body, ast.Module) or is_near(body, lines):
            near = [statement for statement in body.body if is_near(statement, lines)]
            if any(wanted(node) is not None for statement in near for node in own_nodes(statement)):
                found: dict[ast.AST, tuple[Expr, ast.AST | None]] = {}
                _Flow(wanted, found, lines, walrus).block(body.body, parameters_of(body))
                yield from (Use(node, qualname, value, parent) for node, (value, parent) in found.items())


class _Flow(NamedTuple):
    """One run over a scope; `found` gets what is wanted. A run without it only shows what names end as."""

    wanted: Wanted
    found: dict[ast.AST, tuple[Expr, ast.AST | None]] | None
    lines: Sequence[int]
    walrus: bool

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
                return self.loop(
                    node, env, lambda inside: self.assign(target, ("item", self.value(iterated, env)), inside)
                )
            case ast.While(test=test):
                self.visit(test, env)
                return self.loop(node, env, lambda inside: inside.update(narrowed(test, inside)[0]))
            case ast.Try() | ast.TryStar():
                return self.attempt(node, env)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    self.visit(item.context_expr, env)
                    if item.optional_vars is not None:
                        self.assign(item.optional_vars, ("enter", self.value(item.context_expr, env)), env)
                return self.block(body, env)
            case ast.Match(subject=subject, cases=cases):
                self.visit(subject, env)
                ends = [self.case(case, subject, dict(env)) for case in cases]
                return joined([*ends, env])
            case ast.Assert(test=test):
                self.visit(test, env)
                return narrowed(test, env)[0]
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for alias in names:
                    leave(alias.asname or alias.name.partition(".")[0], env)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                for part in outside(node):
                    self.visit(part, env)
                leave(node.name, env)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                for name in names:
                    leave(name, env)
            case ast.Delete(targets=targets):
                for target in targets:
                    forget(expr_of(target), env)
            case _:
                for child in ast.iter_child_nodes(node):
                    self.visit(child, env)
        return None if isinstance(node, LEAVES) else env

    def loop(
        self, node: ast.For | ast.AsyncFor | ast.While, env: Environment, start: Callable[[Environment], None]
    ) -> Environment:
        once = dict(env)
        start(once)
        # The first run only shows what the body leaves to the second.
        left = _Flow(self.wanted, None, self.lines, self.walrus).block(node.body, once)
        if self.found is None:
            return joined([env, left]) or dict(env)
        again = joined([env, left]) or dict(env)
        start(again)
        after = self.block(node.body, dict(again))
        ended = joined([env, after, left]) or dict(env)
        return joined([ended, self.block(node.orelse, dict(ended))]) or ended

    def attempt(self, node: ast.Try | ast.TryStar, env: Environment) -> Environment | None:
        tried = self.block(node.body, dict(env))
        failed = joined([env, tried, *_steps(node.body, env, self)]) or dict(env)
        ends = [self.block(node.orelse, dict(tried))] if tried is not None else []
        for handler in node.handlers:
            inside = dict(failed)
            if handler.type is not None:
                self.visit(handler.type, inside)
            if handler.name:
                made = ("instance", expr_of(handler.type)) if handler.type is not None else OTHER
                self.bind(("name", handler.name), made, inside)
            ends.append(self.block(handler.body, inside))
        end = joined(ends)
        if not node.finalbody:
            return end
        after = self.block(node.finalbody, dict(end if end is not None else failed))
        return after if end is not None else None

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
        env[key] = made if size_of(made) <= LARGEST else OTHER

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


def _steps(body: Sequence[ast.stmt], env: Environment, flow: _Flow) -> Iterable[Environment]:
    """What names are after each statement of a `try`, any of which may fail."""
    here: Environment | None = dict(env)
    if flow.found is None:
        return
    quiet = _Flow(flow.wanted, None, flow.lines, flow.walrus)
    for statement in body[:8]:
        here = quiet.statement(statement, dict(here)) if here is not None else None
        if here is None:
            return
        yield here
