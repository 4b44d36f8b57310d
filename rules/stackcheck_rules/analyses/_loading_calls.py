"""Calls: of whatever is called, and through the bodies of the project's own functions."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from stackcheck import Expr, Kind, expr_of, root_name
from stackcheck_rules.analyses import _loading_options as options
from stackcheck_rules.analyses._loading_escapes import arguments, escaped, mentioned, of_kind
from stackcheck_rules.analyses._loading_library import of_library, of_list, of_result
from stackcheck_rules.analyses._loading_makers import bound, constructed, initial, validated
from stackcheck_rules.analyses._loading_queries import of_session
from stackcheck_rules.analyses._loading_states import Env, joined
from stackcheck_rules.analyses._loading_values import (
    NONE,
    NOTHING,
    UNSEEN,
    Attributes,
    ClassOf,
    Constant,
    Inner,
    Instance,
    Many,
    One,
    Options,
    Reference,
    Result,
    SessionOf,
    Several,
    Statement,
    Value,
    Written,
    either,
)
from stackcheck_rules.analyses._loading_world import PROPERTIES
from stackcheck_rules.analyses._words import words

if TYPE_CHECKING:
    from stackcheck_rules.analyses._loading_walk import Walk

ADDING = words("append add remove extend insert clear discard pop update")
# A function under these gives what it returns.
TRANSPARENT = PROPERTIES | {
    "functools.cache", "functools.lru_cache", "builtins.classmethod", "builtins.staticmethod", "typing.override",
    "typing_extensions.override", "abc.abstractmethod",
}  # fmt: skip
DEPTH = 5


def call(node: ast.Call, env: Env, walk: Walk, *, awaited: bool) -> Value:
    function = node.func
    if not isinstance(function, ast.Attribute):
        return plain(node, function, env, walk, awaited=awaited)
    name = function.attr
    match function.value:
        case ast.Attribute(value=holder, attr=held) if name in ADDING and not awaited:
            inner = walk.value(holder, env)
            if isinstance(inner, One):
                owner = walk.read(inner.ids, held, function.value, env, "change")
            else:
                owner = walk.attribute(function.value, inner, held, env)
        case ast.Call(func=ast.Name(id="super"), args=[]):
            return inherited(node, name, env, walk, awaited=awaited)
        case _:
            owner = walk.value(function.value, env)
    match owner:
        case SessionOf(key):
            return of_session(node, name, key, env, walk, awaited=awaited)
        case Statement():
            positional, keywords = arguments(node, env, walk)
            made = options.refined(owner, name, positional, mentioned(node, env))
            return made if made is not None else UNSEEN
        case Written():
            arguments(node, env, walk)
            return owner
        case Options():
            positional, keywords = arguments(node, env, walk)
            return options.chained(owner, name, positional)
        case Reference():
            arguments(node, env, walk)
            return owner if name in {"of_type", "and_"} else UNSEEN
        case Result(item, scalars):
            return of_result(node, name, item, scalars, env, walk)
        case Many() | Several() if name in ADDING:
            return of_list(node, function, owner, env, walk)
        case One(ids) | Attributes(ids):
            given = of_object(node, name, ids, env, walk, awaited=awaited)
            return given if given is not None else escaping(node, env, walk, also=ids)
        case ClassOf(key):
            found = walk.world.method(key, name)
            positional, keywords = arguments(node, env, walk)
            if found is not None and "builtins.classmethod" in found[1]:
                return entering(found[0], [owner, *positional], keywords, node, env, walk, awaited=awaited)
            if found is not None and "builtins.staticmethod" in found[1]:
                return entering(found[0], positional, keywords, node, env, walk, awaited=awaited)
            return validated(node, ("class", *key), positional, keywords, name, env, walk)
        case Instance(key):
            found = walk.world.method(key, name)
            positional, keywords = arguments(node, env, walk)
            if found is not None and not found[1] & {"builtins.staticmethod"}:
                return entering(found[0], [owner, *positional], keywords, node, env, walk, awaited=awaited)
            return escaped([*positional, *keywords.values(), owner], env)
    return plain(node, function, env, walk, awaited=awaited)


def inherited(node: ast.Call, name: str, env: Env, walk: Walk, *, awaited: bool) -> Value:
    """`super().name(…)`."""
    own = env.names.get(walk.scope.params[0].name, UNSEEN) if walk.scope.params else UNSEEN
    positional, keywords = arguments(node, env, walk)
    found = None
    if isinstance(own, (Instance, ClassOf)):
        found = walk.world.method(own.key, name, (walk.file, walk.scope.parent))
    if found is None or "builtins.staticmethod" in found[1]:
        return escaped([own, *positional, *keywords.values()], env)
    return entering(found[0], [own, *positional], keywords, node, env, walk, awaited=awaited)


def plain(node: ast.Call, function: ast.expr, env: Env, walk: Walk, *, awaited: bool) -> Value:
    """A call of what only the evaluator knows."""
    positional, keywords = arguments(node, env, walk)
    given = [*positional, *keywords.values()]
    match env.names.get(function.id) if isinstance(function, ast.Name) else None:
        case ClassOf(key):
            kind = Kind("class", key[1], key[0])
        case Inner(qualname):
            inner = Kind("function", qualname, walk.file)
            return entering(inner, positional, keywords, node, env, walk, awaited=awaited, around=env.names)
        case _ if root_name(expr_of(function)) in env.names:
            return escaped(given, env)
        case _:
            kind = walk.world.evaluator.value(walk.file, walk.scope.qualname, expr_of(function))
    match kind.word:
        case "class" if kind.file and walk.world.mapped((kind.file, kind.symbol)) is not None:
            return constructed(node, (kind.file, kind.symbol), positional, keywords, env, walk)
        case "class" if kind.file and walk.world.evaluator.instance(kind).word == "instance":
            return Instance((kind.file, kind.symbol), initial(kind, positional, keywords, walk))
        case "function" if kind.certain:
            bound = kind.args[0] if kind.args else None
            own: list[Value] = []
            if bound is not None:
                found = walk.world.method((bound.file, bound.symbol), kind.symbol.rpartition(".")[2])
                static = found is not None and "builtins.staticmethod" in found[1]
                if not static and (bound.word != "class" or (found is not None and "builtins.classmethod" in found[1])):
                    own = [of_kind(bound, ("other",), walk)]
            return entering(kind, [*own, *positional], keywords, node, env, walk, awaited=awaited)
        case "method":
            owner = kind.args[0]
            name = kind.symbol.rpartition(".")[2]
            return validated(node, (owner.word, owner.file, owner.symbol), positional, keywords, name, env, walk)
        case "class" | "external":
            return of_library(node, kind.symbol, positional, keywords, env, walk, awaited=awaited)
    return escaped(given, env)


def of_object(node: ast.Call, name: str, ids: Sequence[str], env: Env, walk: Walk, *, awaited: bool) -> Value | None:
    """A method of the mapped class; None where it cannot be followed."""
    state = env.store.get(ids[0])
    found = walk.world.method(state.cls, name) if state is not None else None
    if found is None or len(ids) > 1 or found[1] - {"typing.override"}:
        return None
    positional, keywords = arguments(node, env, walk)
    own = name if not awaited else ""
    return entering(found[0], [One(tuple(ids)), *positional], keywords, node, env, walk, awaited=awaited, of_class=own)


def entering(
    function: Kind, positional: Sequence[Value], keywords: Mapping[str, Value], node: ast.expr | ast.stmt, env: Env,
    walk: Walk, *, awaited: bool, of_class: str = "", around: Mapping[str, Value] | None = None,
) -> Value:  # fmt: skip
    """What a function of the project does and gives, followed through its body with what it is passed."""
    world = walk.world
    scope = world.evaluator.project.outline(function.file).scopes.get(function.symbol)
    given = [*positional, *keywords.values()]
    key = f"{function.file}:{function.symbol}@"
    names = bound(scope, positional, keywords) if scope is not None else None
    if (
        scope is None or names is None or scope.is_async != awaited or scope.yields or len(walk.called) >= DEPTH
        or any(one.startswith(key) for one in walk.called)
        or world.decorators(function.file, scope) - TRANSPARENT
        or (function.file, function.symbol) not in world.followed
    ):  # fmt: skip
        return escaped(given, env)
    for param in scope.params:
        if param.name not in names and param.form not in {"*", "**"}:
            names[param.name] = Constant(param.default[1]) if param.default[0] == "const" else default_of(param.default)
    return inside(function, {**(around or {}), **names}, node, env, walk, of_class=of_class)


def default_of(default: Expr) -> Value:
    return Many(NOTHING) if default in {("tuple", ()), ("list", ())} else UNSEEN


def inside(
    function: Kind, names: dict[str, Value], node: ast.expr | ast.stmt, env: Env, walk: Walk, *, of_class: str = ""
) -> Value:  # fmt: skip
    """Walk through the body of a function that is called here."""
    world = walk.world
    scope = world.evaluator.project.outline(function.file).scopes.get(function.symbol)
    body = world.body(function.file, function.symbol)
    if scope is None or body is None:
        return escaped(list(names.values()), env)
    line, column, *_ = walk.span(node)
    called = (*walk.called, f"{function.file}:{function.symbol}@{line}:{column}")
    faults = [] if of_class else walk.faults
    inner = walk.inner(function.file, scope, body, faults, called)
    made = finished(inner, Env(names, env.store, env.begun), env)
    if of_class and faults:
        here = faults[0]._replace(file=walk.file, function=walk.scope.qualname, span=walk.span(node))
        walk.faults.append(here._replace(inside=of_class, text=owner_text(node)))
    return made


def owner_text(node: ast.expr | ast.stmt) -> str:
    """What the property or the method is of, as it is written."""
    function = node.func if isinstance(node, ast.Call) else node
    return ast.unparse(function.value) if isinstance(function, ast.Attribute) else ""


def finished(inner: Walk, there: Env, env: Env) -> Value:
    """Walk through a function to its ends: what it gives; `env` gets what it did to objects."""
    end = inner.block(inner.body.node.body, there.copy())
    ways = [(held, way) for held, way, _ in inner.returned] + ([(NONE, end)] if end is not None else [])
    done = joined([way for _, way in ways])
    if done is not None:
        env.take(done)
    made: Value = NOTHING
    for held, _ in ways:
        made = either(made, held)
    return made if ways and made != NOTHING else UNSEEN


def escaping(node: ast.Call, env: Env, walk: Walk, *, also: Sequence[str]) -> Value:
    positional, keywords = arguments(node, env, walk)
    env.unsure(also)
    return escaped([*positional, *keywords.values()], env)
