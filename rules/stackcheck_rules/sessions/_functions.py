"""Functions of the project as their callers find them: where each stands, what it calls, what it binds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from stackcheck import Context, Expr, Kind, Scope, definitions, expr_of, parse_tree
from stackcheck_rules.analyses._task_sites import Site, own_nodes, sites_of

LOCK = re.compile(r"lock|mutex", re.IGNORECASE)
SEMAPHORE = re.compile(r"sem", re.IGNORECASE)
# Decorators under which a function gets what its caller passes.
TRANSPARENT = {
    "builtins.classmethod", "builtins.staticmethod", "contextlib.asynccontextmanager", "typing.override",
    "typing_extensions.override",
}  # fmt: skip


class Function(NamedTuple):
    """A function of the project: its file as its own checks see it, and its qualname."""

    ctx: Context
    name: str

    @property
    def scope(self) -> Scope:
        return self.ctx.outline.scopes[self.name]

    def kind(self, expr: Expr) -> Kind:
        return self.ctx.kind(expr, self.name)


class Body(NamedTuple):
    """What a function does: its calls outside of locks, how often it binds each name, what it assigns to one."""

    calls: tuple[Expr, ...]
    bound: Mapping[str, int]
    values: Mapping[str, Expr]

    def value(self, name: str) -> Expr | None:
        """What a name holds all through the function."""
        return self.values.get(name) if self.bound.get(name) == 1 else None


def function_of(kind: Kind, ctx: Context) -> Function | None:
    """The function of the project that a kind names."""
    if kind.word != "function" or not kind.file or not kind.certain:
        return None
    home = context_of(kind.file, ctx)
    return Function(home, kind.symbol) if kind.symbol in home.outline.scopes else None


def context_of(file: str, ctx: Context) -> Context:
    return ctx if file == ctx.file else ctx.of(file)


@lru_cache(maxsize=8)  # a task's functions stand in few files
def nodes_by_number(text: str) -> tuple[ast.AST, ...]:
    return tuple(definitions(parse_tree(text)))


def body_of(function: Function) -> Body:
    return body_in(function.ctx.text, function.scope.number)


@lru_cache(maxsize=64)  # several paths lead through one function
def body_in(text: str, number: int) -> Body:
    node = nodes_by_number(text)[number - 1]
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    calls: list[Expr] = []
    bound: dict[str, int] = {}
    values: dict[str, Expr] = {}
    for site in sites_of(node.body, Site(node)):
        locked = any(is_lock(block, text) for block in site.blocks)
        for part in own_nodes(site.node):
            match part:
                case ast.Call() if not locked:
                    calls.append(expr_of(part))
                case ast.Name(id=name, ctx=ast.Store()):
                    bound[name] = bound.get(name, 0) + 1
        match site.node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values[name] = expr_of(value)
    return Body(tuple(calls), bound, values)


def is_lock(block: ast.stmt, text: str) -> bool:
    """Whether a `with` block lets one task in at a time; its name is enough, since it only silences."""
    entered = [ast.unparse(item.context_expr) for item in getattr(block, "items", ())]
    alone = "Semaphore(1)" in text
    return any(LOCK.search(name) or (alone and SEMAPHORE.search(name)) for name in entered)


def slots_of(call: Expr) -> Iterator[tuple[int | str, Expr]]:
    """(position or keyword, value) of the arguments of a call before anything is unpacked."""
    for position, given in enumerate(call[2]):
        if given[0] == "item":
            break
        yield position, given
    yield from ((name, given) for name, given in call[3] if name)


def is_plain(called: Function) -> bool:
    return decorators_of(called) <= TRANSPARENT


def decorators_of(called: Function) -> set[str]:
    scope = called.scope
    plain = (decorator[1] if decorator[0] == "call" else decorator for decorator in scope.decorators)
    return {called.ctx.kind(decorator, scope.parent).symbol or "unknown" for decorator in plain}
