"""Assignments: to names, and to the attributes of mapped objects."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from stackcheck_rules.analyses import _loading_sessions as sessions
from stackcheck_rules.analyses._loading_escapes import told
from stackcheck_rules.analyses._loading_states import Env
from stackcheck_rules.analyses._loading_values import UNSEEN, YES, One, Several, Value, ids_in

if TYPE_CHECKING:
    from stackcheck_rules.analyses._loading_walk import Walk


def assign(target: ast.expr, made: Value, env: Env, walk: Walk) -> None:
    match target:
        case ast.Name(id=name):
            env.names[name] = made
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            items = made.items if isinstance(made, Several) and len(made.items) == len(targets) else ()
            for at, part in enumerate(targets):
                assign(part, items[at] if items else UNSEEN, env, walk)
        case ast.Starred(value=inner):
            assign(inner, UNSEEN, env, walk)
        case ast.Attribute(value=owner, attr=name):
            held = walk.value(owner, env)
            if isinstance(held, One):
                write(held.ids, name, made, target, env, walk)
            else:
                env.unsure(ids_in(made))
        case ast.Subscript(value=owner, slice=at):
            walk.value(owner, env)
            walk.value(at, env)
            env.unsure(ids_in(made))


def change(target: ast.expr, given: Value, env: Env, walk: Walk) -> None:
    """`target += given`."""
    match target:
        case ast.Name(id=name):
            env.names[name] = UNSEEN
        case ast.Attribute(value=owner, attr=name):
            held = walk.value(owner, env)
            if isinstance(held, One):
                walk.read(held.ids, name, target, env, "change")
                write(held.ids, name, UNSEEN, target, env, walk)
    env.unsure(ids_in(given))


def write(ids: Sequence[str], name: str, made: Value, node: ast.expr, env: Env, walk: Walk) -> None:
    """`user.name = made`."""
    for one in ids:
        state = env.store.get(one)
        mapped = walk.world.mapped(state.cls) if state is not None else None
        if state is None or mapped is None:
            continue
        found = mapped.relationships.get(name)
        if found is not None and found.many and len(ids) == 1:
            walk.read((one,), name, node, env, "set")
            state = env.store[one]
        if found is None and name not in mapped.columns and walk.world.method(state.cls, name) is not None:
            state = replace(state, sure=False)  # the setter of a property
        dirty = YES if name in mapped.columns and state.life in {"loaded", "flushed"} else state.dirty
        written = state.written | {name}
        mark = "loaded" if len(ids) == 1 else "unknown"
        env.store[one] = replace(state, dirty=dirty, written=written).marked(name, mark)
        sessions.weaken_group(state.group, [name], env)
        if found is not None:
            told(made, env)
