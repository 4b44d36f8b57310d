"""What the objects of the project's classes hold, by what `__init__` does with its arguments."""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Kind, Scope
from stackcheck_rules.sessions._functions import Function, context_of, slots_of

Path = tuple[str, ...]  # ("self", "repo", "session") for `self.repo.session`
DEEPEST = 4  # objects in objects


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
