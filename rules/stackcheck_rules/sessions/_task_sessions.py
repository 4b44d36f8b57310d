"""Which sessions one of several tasks uses, each by the name or attribute that it comes from.

Two repositories that were made with one session use the same: both lead to the name it came from.
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Binding, Context, Expr, Kind
from stackcheck_rules.analyses.concurrent_tasks import Task
from stackcheck_rules.sessions._functions import Function, body_of, context_of, function_of, slots_of
from stackcheck_rules.sessions._made_objects import Path, classes_of, members_given
from stackcheck_rules.sessions._session_paths import SESSIONS, USING, call_uses, is_closure, path_of, starts

NO_OBJECTS = SESSIONS | {"class", "function", "module", "external"}
DEEPEST = 2  # objects between a name and a session: `self.repo.session`
LONGEST = 8  # steps from a path back to where its session comes from
Session = tuple[str, str, Path]  # (file, function that binds the first name, path)


def sessions_of(call: Expr, function: Function) -> Iterator[Session]:
    """The sessions that a call in a function certainly uses."""
    for path in dict.fromkeys(candidates(call, function)):
        if call_uses(call, path, function):
            yield origin(path, function)


def call_of(task: Task) -> Expr:
    """A task as the call that it was made by."""
    positional = tuple([value for slot, value in task.arguments if isinstance(slot, int)])
    keywords = tuple([(slot, value) for slot, value in task.arguments if isinstance(slot, str)])
    return "call", task.callee, positional, keywords


def candidates(call: Expr, function: Function) -> Iterator[Path]:
    """Paths in a function that lead to a session which a call may get at."""
    match call[1]:
        case ("attr", ("call", *_) as made, _):
            yield from candidates(made, function)  # `Repo(db).load()`
        case ("attr", receiver, method):
            kind = function.kind(receiver)
            if method in USING or kind.word not in SESSIONS:
                yield from paths_from(path_of(receiver), kind, function.ctx)
        case ("name", _):
            called = function_of(function.kind(call[1]), function.ctx)
            if called is not None and is_closure(called, function):
                yield from seen_from_inside(function)
    for _, value in slots_of(call):
        yield from paths_from(path_of(value), function.kind(value), function.ctx)


def seen_from_inside(function: Function) -> Iterator[Path]:
    """Paths by which the inner functions of a function get at sessions."""
    scope = function.scope
    while scope.form == "function":
        for name in scope.bindings:
            yield from paths_from((name,), function.ctx.kind(("name", name), scope.qualname), function.ctx)
        scope = function.ctx.outline.scopes[scope.parent]


def paths_from(start: Path, kind: Kind, ctx: Context, depth: int = 0) -> Iterator[Path]:
    """Paths from a name or attribute to sessions: itself, or what an object of the project holds."""
    if not start or not kind.certain:
        return
    if kind.word in SESSIONS:
        yield start
    elif kind.file and kind.word not in NO_OBJECTS and depth < DEEPEST:
        for home, scope in classes_of(kind, ctx):
            for name, bindings in (*scope.members.items(), *scope.bindings.items()):
                if all(binding.expr[0] not in {"def", "class"} for binding in bindings):
                    held = held_by(bindings, home)
                    if held.word in SESSIONS or (held.file and held.word not in NO_OBJECTS):
                        yield from paths_from((*start, name), held, home, depth + 1)


def held_by(bindings: list[Binding], home: Context) -> Kind:
    """What an attribute holds, if all that is assigned to it is the same."""
    kinds = []
    for binding in bindings:
        declared = home.declared(binding.annotation, binding.scope)
        kinds.append(declared if declared.known else home.kind(binding.expr, binding.scope))
    return kinds[0] if all(kind == kinds[0] for kind in kinds) else Kind("unknown")


def origin(path: Path, function: Function) -> Session:
    """Where the session at the end of a path comes from, as far back as names and `__init__` show it."""
    for _ in range(LONGEST):
        function = binder(path[0], function)
        before = step_back(path, function)
        if before is None:
            break
        path, function = before
    return function.ctx.file, function.name, path


def binder(name: str, function: Function) -> Function:
    """The function that binds a name: the one at hand, or one around it."""
    scope = function.scope
    while scope.form == "function":
        if name in scope.bindings:
            return Function(function.ctx, scope.qualname)
        scope = function.ctx.outline.scopes[scope.parent]
    return function


def step_back(path: Path, function: Function) -> tuple[Path, Function] | None:
    """The path that a path's first names were assigned."""
    value = body_of(function).value(path[0])
    if value is not None:
        found = continued(value, path[1:], function)
        return (found, function) if found else None
    scope = function.scope
    home = function.ctx.outline.scopes.get(scope.parent)
    is_self = bool(scope.params) and scope.params[0].name == path[0] and home is not None and home.form == "class"
    if is_self and home is not None and len(path) > 1:
        for ctx, cls in classes_of(Kind("class", home.qualname, function.ctx.file), function.ctx):
            bindings = cls.members.get(path[1], ())
            if len(bindings) == 1 and bindings[0].scope.endswith(".__init__"):
                maker = Function(context_of(ctx.file, function.ctx), bindings[0].scope)
                found = continued(bindings[0].expr, path[2:], maker)
                return (found, maker) if found else None
    return None


def continued(value: Expr, rest: Path, function: Function) -> Path:
    """The path that a value is, or that an attribute of the object which it makes was given."""
    if path_of(value):
        return (*path_of(value), *rest)
    for members, given in members_given(value, function) if value[0] == "call" else ():
        if starts(members, rest) and path_of(given):
            return (*path_of(given), *rest[len(members) :])
    return ()
