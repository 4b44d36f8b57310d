"""Reads of attributes: which fail, where they lead, and what a schema reads."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stackcheck_rules.analyses import _loading_sessions as sessions
from stackcheck_rules.analyses._loading_calls import inside
from stackcheck_rules.analyses._loading_reads import (
    FINE,
    Fault,
    after_reading,
    faults_of,
    item_of,
    reached,
    trouble,
)
from stackcheck_rules.analyses._loading_schemas import Schema, schema_of
from stackcheck_rules.analyses._loading_states import Env
from stackcheck_rules.analyses._loading_values import UNSEEN, Attributes, Many, One, Result, Several, Value, any_of
from stackcheck_rules.analyses._loading_world import PROPERTIES

if TYPE_CHECKING:
    from stackcheck_rules.analyses._loading_walk import Walk


def read(ids: Sequence[str], name: str, node: ast.expr, env: Env, walk: Walk, how: str) -> Value:
    """`user.name`, whichever of some objects `user` is."""
    if any(one not in env.store for one in ids):
        return UNSEEN
    state = env.store[ids[0]]
    mapped = walk.world.mapped(state.cls)
    if mapped is None:
        return UNSEEN
    if name not in mapped.relationships and name not in mapped.columns:
        return property_of(ids, name, node, env, walk)
    if how == "set" and (state.life != "loaded" or trouble(ids[0], name, env, walk.world) in {"expired", "closed"}):
        return UNSEEN
    if not report(ids, name, node, env, walk, how) and how == "change":
        for one in ids:
            env.store[one] = env.store[one].marked(name, "loaded" if len(ids) == 1 else "unknown")
    return follow(ids, name, env, walk)


def report(ids: Sequence[str], name: str, node: ast.expr | ast.stmt, env: Env, walk: Walk, how: str) -> bool:
    """Whether a read fails, in which case it is reported, once."""
    for reason, state, mapped in faults_of(ids, name, env, walk.world):
        if not walk.expected:
            found = mapped.relationships.get(name)
            fault = Fault(
                reason, walk.file, walk.scope.qualname, walk.span(place_of(node)), name, mapped.key[1], how, state.site
            )
            many = bool(found is not None and found.many)
            walk.faults.append(
                fault._replace(
                    path=state.path,
                    many=many,
                    event=state.event,
                    text=written(node),
                    of=mapped.key,
                    only=len(ids) == 1,
                    item=bool(state.group),
                )
            )
        after_reading(ids, name, env)
        return True
    return False


def place_of(node: ast.expr | ast.stmt) -> ast.AST:
    """What is shown of a statement that hands an object over: the object."""
    return node.value if isinstance(node, ast.Return) and node.value is not None else node


def written(node: ast.expr | ast.stmt) -> str:
    """The object that is read, as it is written."""
    match node:
        case ast.Attribute(value=owner) | ast.Return(value=ast.expr() as owner) | ast.Call(args=[owner, *_]):
            return ast.unparse(owner)
    return ""


def follow(ids: Sequence[str], name: str, env: Env, walk: Walk) -> Value:
    """What an attribute leads to that has been read."""
    ways: list[Value] = []
    for one in ids:
        mapped = walk.world.mapped(env.store[one].cls) if one in env.store else None
        found = mapped.relationships.get(name) if mapped is not None else None
        if found is None:
            return UNSEEN
        ways.append(reached(one, found, env, walk.world))
    return any_of(ways)


def property_of(ids: Sequence[str], name: str, node: ast.expr | ast.stmt, env: Env, walk: Walk) -> Value:
    """A property of the class, read as it is written with the object for `self`."""
    state = env.store[ids[0]]
    found = walk.world.method(state.cls, name) if len(ids) == 1 and state.sure else None
    if found is None or not found[1] & PROPERTIES or len(walk.called) > 4:
        return UNSEEN
    return inside(found[0], {"self": One(tuple(ids))}, node, env, walk, of_class=name)


def awaited(held: Attributes, name: str, env: Env, walk: Walk) -> Value:
    """`await user.awaitable_attrs.posts`."""
    for one in held.ids:
        state = env.store.get(one)
        if state is not None:
            env.store[one] = state.marked(name, "loaded" if len(held.ids) == 1 else "unknown")
            sessions.weaken_group(state.group, [name], env)
    return follow(held.ids, name, env, walk)


def validate(held: Value, schema: Schema, node: ast.expr | ast.stmt, env: Env, walk: Walk, depth: int = 3) -> None:
    """Every attribute that a schema reads of an object."""
    match held:
        case Many(item) | Result(item):
            inner = item_of(Many(item), env, f"{walk.key(node)}[]{depth}")
            validate(inner, schema, node, env, walk, depth)
        case Several(items):
            for item in items:
                validate(item, schema, node, env, walk, depth)
        case One(ids) if all(one in env.store for one in ids):
            for each in schema.fields:
                before = len(walk.faults)
                if report(ids, each.name, node, env, walk, schema.key[1]):
                    return  # the first that fails is the last that is read
                property_of(ids, each.name, node, env, walk)
                if len(walk.faults) > before:
                    return
                nested = schema_of(each.inner, walk.world) if each.inner is not None and depth else None
                if nested is not None and all(trouble(one, each.name, env, walk.world) == FINE for one in ids):
                    validate(follow(ids, each.name, env, walk), nested, node, env, walk, depth - 1)
