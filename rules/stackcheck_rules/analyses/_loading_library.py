"""Calls of SQLAlchemy's functions, of the builtins, and of what executing a statement gives."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from stackcheck_rules.analyses import _loading_options as options
from stackcheck_rules.analyses import _loading_sessions as sessions
from stackcheck_rules.analyses._loading_escapes import arguments, escaped, told
from stackcheck_rules.analyses._loading_states import Env
from stackcheck_rules.analyses._loading_targets import write
from stackcheck_rules.analyses._loading_values import (
    MAYBE,
    NO,
    NONE,
    NOTHING,
    UNSEEN,
    YES,
    ClassOf,
    Constant,
    Many,
    One,
    Options,
    Result,
    Several,
    Site,
    Statement,
    Value,
    Written,
    either,
)
from stackcheck_rules.analyses._orm_drafts import ClassKey
from stackcheck_rules.analyses._words import words

if TYPE_CHECKING:
    from stackcheck_rules.analyses._loading_walk import Walk

# Functions that look at what they are given and change nothing of it.
HARMLESS = words("""
    len str repr print bool isinstance issubclass id type hash format int float max min sum any all zip map filter
    hasattr range abs round dict
""")
COPYING = words("list sorted set tuple reversed frozenset iter")


def of_library(
    node: ast.Call, symbol: str, positional: list[Value], keywords: Mapping[str, Value], env: Env, walk: Walk, *,
    awaited: bool,
) -> Value:  # fmt: skip
    given = [*positional, *keywords.values()]
    name = symbol.rpartition(".")[2]
    if symbol in options.SELECTS:
        entities = tuple(entity(each, walk) for each in positional)
        owner = ast.unparse(node.args[0]) if node.args else ""
        site = Site(walk.file, walk.scope.qualname, walk.span(node), "select", owner)
        return Statement(entities, site) if "*" not in keywords else UNSEEN
    if symbol in options.WRITING:
        return Written()
    if symbol in options.CHANGING:
        targets = [each.key for each in positional[:1] if isinstance(each, ClassOf)]
        for one, state in env.store.items():
            if state.expired != NO or not targets or walk.world.related(state.cls, targets[0]):
                env.store[one] = replace(state, expired=MAYBE if state.life != "new" else state.expired)
        return Written()
    if symbol.startswith(options.ORM):
        if name in options.NAMES:
            return options.option(name, positional) if "*" not in keywords else options.unread(())
        if name == "Load":
            return Options(frozenset())
        return escaped(given, env)
    if symbol.startswith("builtins."):
        return of_builtin(node, name, positional, env, walk)
    if awaited or symbol.startswith(("sqlalchemy", "sqlmodel", "fastapi_pagination")):
        return escaped(given, env)
    return UNSEEN  # a library that knows nothing of sessions loads nothing


def entity(given: Value, walk: Walk) -> ClassKey | None:
    """The mapped class that is selected."""
    mapped = isinstance(given, ClassOf) and walk.world.mapped(given.key) is not None
    return given.key if mapped and isinstance(given, ClassOf) else None


def of_builtin(node: ast.Call, name: str, positional: list[Value], env: Env, walk: Walk) -> Value:
    match name, positional:
        case "setattr", [One(ids), Constant(str(attribute)), *_]:
            write(ids, attribute, positional[-1], node, env, walk)
        case "setattr", [One(ids), *_]:
            for one in ids:
                state = env.store.get(one)
                if state is not None:
                    dirty = YES if state.life in {"loaded", "flushed"} else state.dirty
                    env.store[one] = replace(state, dirty=dirty, sure=state.sure and state.life == "loaded")
                    sessions.weaken_group(state.group, [], env)
        case "getattr", [One(ids), Constant(str(attribute))]:
            return walk.read(ids, attribute, node, env, "read")
        case "getattr", [One(), *_]:
            return UNSEEN
        case "next", [Many(item) | Result(item), *_]:
            return item
        case _, [first, *_] if name in COPYING:
            return (
                Many(first.item)
                if isinstance(first, (Many, Result))
                else first
                if isinstance(first, Several)
                else UNSEEN
            )
        case "enumerate", [Many(item) | Result(item), *_]:
            return Many(Several((UNSEEN, item)))
        case _ if name in HARMLESS:
            return UNSEEN
        case _:
            return escaped(positional, env)
    return NONE


def of_result(node: ast.Call, name: str, item: Value, scalars: bool, env: Env, walk: Walk) -> Value:
    """`result.scalars().all()`, `result.scalar_one_or_none()`."""
    arguments(node, env, walk)
    first = item.items[0] if isinstance(item, Several) and item.items and not scalars else item
    match name:
        case "unique" | "yield_per" | "tuples":
            return Result(item, scalars)
        case "scalars":
            return Result(first, True)
        case "all" | "fetchall" | "fetchmany" | "partitions":
            return Many(item)
        case "first" | "one" | "one_or_none" | "fetchone":
            return item
        case "scalar" | "scalar_one" | "scalar_one_or_none":
            return first
    return UNSEEN


def of_list(node: ast.Call, function: ast.Attribute, owner: Many | Several, env: Env, walk: Walk) -> Value:
    """`posts.append(post)`: of a list of the function's own, or of an object's."""
    positional, _ = arguments(node, env, walk)
    if isinstance(function.value, ast.Name):
        item: Value = owner.item if isinstance(owner, Many) else NOTHING
        for each in owner.items if isinstance(owner, Several) else ():
            item = either(item, each)
        for each in positional[-1:] if function.attr in {"append", "add", "insert"} else ():
            item = either(item, each)
        changed = function.attr in {"append", "add", "insert", "remove", "clear", "pop", "discard"}
        env.names[function.value.id] = Many(item if changed else UNSEEN)
    for each in positional:
        told(each, env)
    return UNSEEN
