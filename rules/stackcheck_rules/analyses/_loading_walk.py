"""A forward walk over the statements of a function, with what its names hold at each place."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from stackcheck import Scope, Span, expr_of
from stackcheck_rules.analyses import _loading_sessions as sessions
from stackcheck_rules.analyses._loading_attributes import read, validate
from stackcheck_rules.analyses._loading_expiry import expiry_of
from stackcheck_rules.analyses._loading_expressions import attribute, truth, value
from stackcheck_rules.analyses._loading_reads import (
    Fault,
    one_of,
)
from stackcheck_rules.analyses._loading_schemas import Schema
from stackcheck_rules.analyses._loading_states import Env, joined
from stackcheck_rules.analyses._loading_targets import assign, change
from stackcheck_rules.analyses._loading_values import MAYBE, NO, NONE, UNSEEN, Inner, SessionOf, Value, ids_in
from stackcheck_rules.analyses._loading_ways import narrow
from stackcheck_rules.analyses._loading_world import Body, World

ROUNDS = 2  # of a loop: what the first leaves is what the second finds
STEPS = 3000  # statements that one function is worth, those of the functions that it calls among them
# What is caught here was expected to happen.
EXPECTED = {"MissingGreenlet", "DetachedInstanceError", "StatementError"}


@dataclass
class Walk:
    """One function. `called` are those that call it, the outermost first; `trails` get what holds before
    each statement of a `try`. `returned` are what it returns, each with what holds there.
    """

    world: World
    file: str
    scope: Scope
    body: Body
    faults: list[Fault]
    steps: list[int]
    called: tuple[str, ...] = ()
    trails: list[list[Env]] = field(default_factory=list)
    returned: list[tuple[Value, Env, ast.AST]] = field(default_factory=list)
    ends: list[Env] = field(default_factory=list)
    rounds: list[Env] = field(default_factory=list)
    expected: bool = False

    def span(self, node: ast.AST) -> Span:
        return self.body.span(node)

    def key(self, node: ast.AST) -> str:
        """A name for what comes into being at a node."""
        line, column, *_ = self.span(node)
        return f"{'>'.join(self.called)}{self.file}:{line}:{column}"

    def inner(self, file: str, scope: Scope, body: Body, faults: list[Fault], called: tuple[str, ...]) -> Walk:
        """The walk through a function that this one calls."""
        return Walk(self.world, file, scope, body, faults, self.steps, called, expected=self.expected)

    # What calls need, which themselves are part of expressions.

    def value(self, node: ast.expr, env: Env) -> Value:
        return value(node, env, self)

    def attribute(self, node: ast.Attribute, owner: Value, name: str, env: Env) -> Value:
        return attribute(node, owner, name, env, self)

    def read(self, ids: Sequence[str], name: str, node: ast.expr, env: Env, how: str) -> Value:
        return read(ids, name, node, env, self, how)

    def validate(self, held: Value, schema: Schema, node: ast.expr | ast.stmt, env: Env) -> None:
        validate(held, schema, node, env, self)

    def block(self, statements: Sequence[ast.stmt], env: Env) -> Env | None:
        here: Env | None = env
        for statement in statements:
            if here is None:
                return None
            self.steps[0] -= 1
            if self.steps[0] < 0:
                raise TooLongError
            for trail in self.trails:
                trail.append(here.copy())
            here = self.statement(statement, here)
        return here

    def statement(self, node: ast.stmt, env: Env) -> Env | None:
        match node:
            case ast.Expr(value=inner):
                value(inner, env, self)
            case ast.Assign(targets=targets, value=inner):
                made = value(inner, env, self)
                for target in targets:
                    assign(target, made, env, self)
            case ast.AnnAssign(target=target, value=ast.expr() as inner):
                assign(target, value(inner, env, self), env, self)
            case ast.AugAssign(target=target, value=inner):
                given = value(inner, env, self)
                change(target, given, env, self)
            case ast.Return(value=inner):
                made = value(inner, env, self) if inner is not None else NONE
                self.returned.append((made, env, node))
                return None
            case ast.Raise():
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        value(child, env, self)
                return None
            case ast.If(test=test, body=body, orelse=orelse):
                held = truth(test, env, self)
                yes, no = env.copy(), env
                narrow(test, yes, no)
                ways = [self.block(body, yes)] if held is not False else []
                return joined([*ways, *([self.block(orelse, no)] if held is not True else [])])
            case ast.For(target=target, iter=iterated) | ast.AsyncFor(target=target, iter=iterated):
                return self.loop(node, target, value(iterated, env, self), env)
            case ast.While(test=test):
                value(test, env, self)
                return self.loop(node, None, UNSEEN, env)
            case ast.Try() | ast.TryStar():
                return self.attempt(node, env)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                return self.within(items, body, env)
            case ast.Match(subject=subject, cases=cases):
                value(subject, env, self)
                ways = []
                for case in cases:
                    inside = env.copy()
                    for part in ast.walk(case.pattern):
                        bound = getattr(part, "name", None) or getattr(part, "rest", None)
                        if isinstance(bound, str):
                            inside.names[bound] = UNSEEN
                    ways.append(self.block(case.body, inside))
                return joined([*ways, env])
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                # What an inner function uses may be changed whenever that is called.
                env.unsure([one for part in ast.walk(node) if isinstance(part, ast.Name)
                            for one in ids_in(env.names.get(part.id, UNSEEN))])  # fmt: skip
                known = isinstance(node, ast.FunctionDef) and not node.decorator_list
                env.names[name] = Inner(f"{self.scope.qualname}.{name}") if known else UNSEEN
            case ast.Delete(targets=targets):
                for target in targets:
                    if isinstance(target, ast.Name):
                        env.names.pop(target.id, None)
            case ast.Break():
                self.ends.append(env)
                return None
            case ast.Continue():
                self.rounds.append(env)
                return None
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for alias in names:
                    env.names.pop(alias.asname or alias.name.partition(".")[0], None)
            case ast.Assert(test=test):
                value(test, env, self)
        return env

    def loop(
        self, node: ast.For | ast.AsyncFor | ast.While, target: ast.expr | None, over: Value, env: Env
    ) -> Env | None:
        outer = self.ends, self.rounds
        head: Env | None = env
        after: list[Env | None] = [env.copy()]
        for _ in range(ROUNDS):
            if head is None:
                break
            self.ends, self.rounds = [], []
            inside = head.copy()
            if target is not None:
                assign(target, one_of(over, inside, self.key(target)), inside, self)
            end = self.block(node.body, inside)
            head = joined([end, *self.rounds])
            after += [*self.ends, head.copy() if head is not None else None]
        self.ends, self.rounds = outer
        done = joined(after)
        return self.block(node.orelse, done) if done is not None else None

    def attempt(self, node: ast.Try | ast.TryStar, env: Env) -> Env | None:
        caught = {part.attr if isinstance(part, ast.Attribute) else part.id
                  for handler in node.handlers if handler.type is not None
                  for part in ast.walk(handler.type) if isinstance(part, (ast.Attribute, ast.Name))}  # fmt: skip
        before, self.expected = self.expected, self.expected or not caught.isdisjoint(EXPECTED)
        trail = [env.copy()]
        self.trails.append(trail)
        tried = self.block(node.body, env.copy())
        self.trails.remove(trail)
        self.expected = before
        failed = joined(trail) or env
        ways = [self.block(node.orelse, tried) if tried is not None else None]
        for handler in node.handlers:
            inside = failed.copy()
            if handler.name:
                inside.names[handler.name] = UNSEEN
            ways.append(self.block(handler.body, inside))
        done = joined(ways)
        if not node.finalbody:
            return done
        if done is None:
            self.block(node.finalbody, failed)
            return None
        return self.block(node.finalbody, done)

    def within(self, items: Sequence[ast.withitem], body: Sequence[ast.stmt], env: Env) -> Env | None:
        """What a block of `with` leaves: sessions that it opened are closed, transactions committed."""
        leaving: list[tuple[str, str]] = []
        for item in items:
            leaving.append(self.entered(item, env))
        returned = len(self.returned)
        end = self.block(body, env)
        for form, key in reversed(leaving):
            for way in [*(each for _, each, _ in self.returned[returned:]), *([end] if end is not None else [])]:
                leave(form, key, way, self.world)
        return end

    def entered(self, item: ast.withitem, env: Env) -> tuple[str, str]:
        """How a context ends, and the session that it is about."""
        manager = item.context_expr
        held = value(manager, env, self)
        match manager, held:
            case ast.Call(func=ast.Attribute(value=owner, attr="begin" | "begin_nested" as name)), _:
                session = value(owner, env, self)
                if isinstance(session, SessionOf):
                    if item.optional_vars is not None:
                        assign(item.optional_vars, UNSEEN if name == "begin_nested" else session, env, self)
                    return ("commit" if name == "begin" else "", session.key)
            case _, SessionOf(key):
                if item.optional_vars is not None:
                    assign(item.optional_vars, held, env, self)
                return "close", key
        kind = self.world.evaluator.value(self.file, self.scope.qualname, ("enter", expr_of(manager)))
        if kind.word == "async-session" and kind.certain and item.optional_vars is not None:
            key = self.key(manager)
            self.world.expiry[key] = expiry_of(("enter", expr_of(manager)), self.file, self.scope.qualname, self.world)
            assign(item.optional_vars, SessionOf(key), env, self)
            return self.maker_form(manager), key
        if item.optional_vars is not None:
            assign(item.optional_vars, UNSEEN, env, self)
        return "unknown", ""

    def maker_form(self, manager: ast.expr) -> str:
        """`close` for what a factory makes, `commit and close` for `factory.begin()`, else nobody knows."""
        if isinstance(manager, ast.Call):
            called = manager.func
            begins = isinstance(called, ast.Attribute) and called.attr == "begin"
            maker = called.value if begins and isinstance(called, ast.Attribute) else called
            kind = self.world.evaluator.value(self.file, self.scope.qualname, expr_of(maker))
            if kind.word == "factory":
                return "commit and close" if begins else "close"
            if kind.word == "class" and not kind.file and kind.symbol.endswith(".AsyncSession"):
                return "close"
        return "perhaps"


class TooLongError(Exception):
    """A function that is not worth its time."""


def leave(form: str, key: str, env: Env, world: World) -> None:
    match form:
        case "commit":
            sessions.commit(key, env, world)
        case "close":
            sessions.close(key, env)
        case "commit and close":
            sessions.commit(key, env, world)
            sessions.close(key, env)
        case "perhaps":
            if world.expiry.get(key, world.expires) != NO:
                for one, state in sessions.of_session(key, env):
                    env.store[one] = replace(state, expired=MAYBE if state.expired == NO else state.expired)
            sessions.close(key, env, MAYBE)
