"""Which session a call uses: the chain of names that leads to it, followed through the project's own functions.

`repo.load()` uses `repo.session`, which is `db` where `repo = Repo(db)`. What cannot be followed uses nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from stackcheck import Context, Expr, Kind, Scope, definitions, dotted, expr_of, parse_tree
from stackcheck_rules.analyses._task_sites import Site, own_nodes, sites_of

Path = tuple[str, ...]  # ("self", "repo", "session") for `self.repo.session`
SESSIONS = {"async-session", "async-connection"}
USING = frozenset(
    {
        "aclose", "begin", "begin_nested", "close", "commit", "connection", "delete", "delete_all", "exec",
        "exec_driver_sql", "execute", "flush", "get", "get_one", "invalidate", "merge", "merge_all", "refresh",
        "reset", "rollback", "run_sync", "scalar", "scalars", "stream", "stream_scalars",
    }
)  # fmt: skip
LOCK = re.compile(r"lock|mutex|semaphore\(1\)", re.IGNORECASE)
DEEPEST = 6  # calls from a task to the session's method
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


@lru_cache(maxsize=8)
def nodes_by_number(text: str) -> tuple[ast.AST, ...]:
    return tuple(definitions(parse_tree(text)))


def body_of(function: Function) -> Body:
    node = nodes_by_number(function.ctx.text)[function.scope.number - 1]
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    calls: list[Expr] = []
    bound: dict[str, int] = {}
    values: dict[str, Expr] = {}
    for site in sites_of(node.body, Site(node)):
        locked = any(is_lock(block) for block in site.blocks)
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


def is_lock(block: ast.stmt) -> bool:
    """Whether a `with` block lets one task in at a time; its name is enough, since it only silences."""
    return any(LOCK.search(ast.unparse(item.context_expr)) for item in getattr(block, "items", ()))


def path_of(expr: Expr) -> Path:
    """The names of a chain; nothing for anything else."""
    name = dotted(expr)
    return tuple(name.split(".")) if name else ()


# Down: whether a function uses the session at the end of a path.


def uses(function: Function, path: Path, depth: int = 0, seen: frozenset[object] = frozenset()) -> bool:
    """Whether calling a function does something with the session that a path of its names leads to."""
    key = (function.ctx.file, function.name, path)
    if depth > DEEPEST or key in seen:
        return False
    body = body_of(function)
    if path[0] in body.bound:
        return False  # another session may be in that name by then
    known = [path, *others_of(path, body, function)]
    return any(call_uses(call, one, function, depth, seen | {key}) for call in body.calls for one in known)


def call_uses(
    call: Expr, path: Path, function: Function, depth: int = 0, seen: frozenset[object] = frozenset()
) -> bool:
    """Whether one call in a function does something with the session that a path leads to."""
    match call[1]:
        case ("attr", receiver, method) if path_of(receiver) == path:
            return method in USING
        case ("attr", receiver, _) if any(path_of(value) == path for _, value in slots_of(call)):
            if function.kind(receiver).word == "crud":
                return True  # every coroutine of FastCRUD's uses the session that it is given
    return any(uses(called, inside, depth + 1, seen) for called, inside in handed(call, path, function))


def others_of(path: Path, body: Body, function: Function) -> Iterator[Path]:
    """The same session under other local names: `db = self.session`, `repo = Repo(db)`."""
    for name in body.values:
        value = body.value(name)
        if value is not None:
            yield from ((name, *rest) for rest in rests_of(value, path, function))


def rests_of(value: Expr, path: Path, function: Function) -> Iterator[Path]:
    """How a path goes on from what a value gives."""
    if starts(path_of(value), path):
        yield path[len(path_of(value)) :]
    for members, given in members_given(value, function) if value[0] == "call" else ():
        if starts(path_of(given), path):
            yield (*members, *path[len(path_of(given)) :])


def starts(start: Path, path: Path) -> bool:
    return bool(start) and path[: len(start)] == start


def handed(call: Expr, path: Path, function: Function) -> Iterator[tuple[Function, Path]]:
    """The functions that a call hands a session to, with the path that leads to it there."""
    given = [(slot, path[len(path_of(value)) :]) for slot, value in slots_of(call) if starts(path_of(value), path)]
    before = list(rests_of(call[1][1], path, function)) if call[1][0] == "attr" else []
    if not (given or before or call[1][0] == "name"):
        return
    kind = function.kind(call[1])
    called = function_of(kind, function.ctx)
    if called is None:
        return
    own = receiver_name(called, kind)
    yield from ((called, (own, *rest)) for rest in before if own)
    for slot, rest in given:
        name = parameter(called, kind, slot)
        if name:
            yield called, (name, *rest)
    if is_closure(called, function):
        yield called, path  # an inner function sees the names around it


def slots_of(call: Expr) -> Iterator[tuple[int | str, Expr]]:
    """(position or keyword, value) of the arguments of a call before anything is unpacked."""
    for position, given in enumerate(call[2]):
        if given[0] == "item":
            break
        yield position, given
    yield from ((name, given) for name, given in call[3] if name)


def is_closure(called: Function, function: Function) -> bool:
    """Whether a function sees the names of another: it stands in it, or both stand in one."""
    around = called.scope.parent
    if called.ctx.file != function.ctx.file or not around or called.ctx.outline.scopes[around].form != "function":
        return False
    return function.name == around or function.name.startswith(f"{around}.")


def receiver_name(called: Function, kind: Kind) -> str:
    """The name under which a method has what it is called on."""
    if not kind.args or kind.args[0].word == "class" or not called.scope.params or not is_plain(called):
        return ""
    return "" if "builtins.staticmethod" in decorators_of(called) else called.scope.params[0].name


def parameter(called: Function, kind: Kind, slot: int | str) -> str:
    """The parameter that an argument goes to; empty where a decorator may give it another place."""
    params = [param for param in called.scope.params if param.form not in {"*", "**"}]
    if isinstance(slot, str):
        return next((param.name for param in params if param.name == slot), "")
    decorators = decorators_of(called)
    on_class = bool(kind.args) and kind.args[0].word == "class"
    bound = "builtins.classmethod" in decorators if on_class else "builtins.staticmethod" not in decorators
    at = slot + (bool(kind.args) and bound)
    names = [param.name for param in params[at : at + 1] if param.form != "kw"]
    sure = is_plain(called) or (bool(names) and called.kind(("name", names[0])).word in SESSIONS)
    return names[0] if names and sure else ""


def is_plain(called: Function) -> bool:
    return decorators_of(called) <= TRANSPARENT


def decorators_of(called: Function) -> set[str]:
    scope = called.scope
    plain = (decorator[1] if decorator[0] == "call" else decorator for decorator in scope.decorators)
    return {called.ctx.kind(decorator, scope.parent).symbol or "unknown" for decorator in plain}


def members_given(call: Expr, function: Function, depth: int = 0) -> Iterator[tuple[Path, Expr]]:
    """(attributes, what they hold) of the object that a call of its class makes, by what `__init__` does."""
    cls = function.kind(call[1])
    for home, scope in classes_of(cls, function.ctx) if cls.word == "class" and depth < DEEPEST else ():
        name = f"{scope.qualname}.__init__"
        if name in home.outline.scopes:
            init = Function(home, name)
            given = dict(slots_of(call))
            params = {
                param.name: given.get(param.name, given.get(at)) for at, param in enumerate(init.scope.params[1:])
            }
            for path, held in members_set(scope, init, depth):
                value = params.get(held[1]) if held[0] == "name" else None
                if value is not None:
                    yield path, value
            return


def members_set(cls: Scope, init: Function, depth: int) -> Iterator[tuple[Path, Expr]]:
    """(attributes, expression in `__init__`) of what a class sets once, and of the objects that it sets."""
    for name, bindings in cls.members.items():
        if len(bindings) == 1 and bindings[0].scope == init.name:
            yield (name,), bindings[0].expr
            if bindings[0].expr[0] == "call":
                inner = members_given(bindings[0].expr, init, depth + 1)
                yield from (((name, *path), value) for path, value in inner)


def classes_of(cls: Kind, ctx: Context) -> Iterator[tuple[Context, Scope]]:
    """The project's own classes from one upward, each with its file."""
    for above in ctx.ancestry(Kind("class", cls.symbol, cls.file)).classes if cls.file else ():
        home = context_of(above.file, ctx) if above.file else None
        if home is not None and above.symbol in home.outline.scopes:
            yield home, home.outline.scopes[above.symbol]
