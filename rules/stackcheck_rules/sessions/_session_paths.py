"""Which session a call uses: the chain of names that leads to it, followed through the project's own functions.

`repo.load()` uses `repo.session`, which is `db` where `repo = Repo(db)`. What cannot be followed uses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Expr, Kind, dotted
from stackcheck_rules.sessions._functions import Function, body_of, decorators_of, function_of, is_plain, slots_of
from stackcheck_rules.sessions._made_objects import Path, members_given

SESSIONS = {"async-session", "async-connection"}
USING = frozenset(
    {
        "aclose", "begin", "begin_nested", "close", "commit", "connection", "delete", "delete_all", "exec",
        "exec_driver_sql", "execute", "flush", "get", "get_one", "invalidate", "merge", "merge_all", "refresh",
        "reset", "rollback", "run_sync", "scalar", "scalars", "stream", "stream_scalars",
    }
)  # fmt: skip
MOST = 200  # functions on the way from a task to the session's method


def path_of(expr: Expr) -> Path:
    """The names of a chain; nothing for anything else."""
    name = dotted(expr)
    return tuple(name.split(".")) if name else ()


def call_uses(call: Expr, path: Path, function: Function) -> bool:
    """Whether a call in a function does something with the session that a path of names leads to.

    It does if it is of a method of the session, or of a function of the project that does, at any distance.
    """
    seen: set[tuple[str, str, Path]] = set()
    waiting: list[tuple[Function, Path, tuple[Expr, ...]]] = [(function, path, (call,))]
    while waiting:
        function, path, calls = waiting.pop()
        for call in calls:
            if is_use(call, path, function):
                return True
            for called, inside in handed(call, path, function):
                key = (called.ctx.file, called.name, inside)
                if key not in seen and len(seen) < MOST:
                    seen.add(key)
                    waiting += [(called, one, body_of(called).calls) for one in names_of(inside, called)]
    return False


def is_use(call: Expr, path: Path, function: Function) -> bool:
    """Whether a call is of a method of the session, or hands it to a library that uses it."""
    match call[1]:
        case ("attr", receiver, method) if path_of(receiver) == path:
            return method in USING
        case ("attr", receiver, _) if any(path_of(value) == path for _, value in slots_of(call)):
            return function.kind(receiver).word == "crud"  # every coroutine of FastCRUD's uses what it is given
    return False


def names_of(path: Path, function: Function) -> Iterator[Path]:
    """A path, and the same session under other local names: `db = self.session`, `repo = Repo(db)`."""
    body = body_of(function)
    if path[0] in body.bound:
        return  # another session may be in that name by then
    yield path
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
    if is_closure(called, function) and path[0] not in called.scope.bindings:
        yield called, path  # an inner function sees the names around it


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
