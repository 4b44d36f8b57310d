"""Calls of an async session's methods."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from stackcheck_rules.analyses import _loading_options as options
from stackcheck_rules.analyses import _loading_sessions as sessions
from stackcheck_rules.analyses._loading_escapes import arguments, escaped, mentioned
from stackcheck_rules.analyses._loading_reads import (
    trouble,
)
from stackcheck_rules.analyses._loading_states import Env
from stackcheck_rules.analyses._loading_values import (
    EVERYTHING,
    MAYBE,
    NONE,
    UNSEEN,
    YES,
    ClassOf,
    Entries,
    Event,
    One,
    Result,
    SessionOf,
    Several,
    Site,
    Statement,
    Value,
    Written,
    ids_in,
)

if TYPE_CHECKING:
    from stackcheck_rules.analyses._loading_walk import Walk

# With these `get` asks the database, whatever the session has.
ASKING = {"populate_existing", "with_for_update", "execution_options"}


def of_session(node: ast.Call, name: str, key: str, env: Env, walk: Walk, *, awaited: bool) -> Value:
    """A method of an async session."""
    positional, keywords = arguments(node, env, walk)
    first = positional[0] if positional else keywords.get("statement", keywords.get("instance", UNSEEN))
    world = walk.world
    by = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    event = Event(name, walk.file, walk.scope.qualname, walk.span(node), by)
    if not awaited:
        match name:
            case "add" | "add_all":
                sessions.add(first, key, env)
            case "expire":
                for one in ids_in(first):
                    sessions.expire(one, event, env, YES if len(positional) == 1 else MAYBE)
            case "expunge" | "expire_all" | "expunge_all":
                env.unsure(list(ids_in(first)) or [one for one, _ in sessions.of_session(key, env)])
            case "begin" | "begin_nested" | "in_transaction" | "is_modified" | "get_bind":
                pass
            case _:
                return escaped([SessionOf(key), *positional, *keywords.values()], env)
        return UNSEEN
    match name:
        case "get" | "get_one":
            return fetched(node, key, positional, keywords, event, env, walk)
        case "execute" | "exec" | "scalar" | "scalars" | "stream" | "stream_scalars":
            return executed(node, name, first, key, event, env, walk)
        case "refresh":
            names = keywords.get("attribute_names", positional[1] if len(positional) > 1 else NONE)
            chosen = sessions.names_in(names)
            if names != NONE and chosen is None:
                return escaped([first], env)
            sessions.refresh(tuple(ids_in(first)), chosen, env, world, event)
        case "flush":
            sessions.flush(key, env, world, event)
        case "commit":
            sessions.commit(key, env, world, event)
        case "rollback":
            sessions.rollback(key, env, event)
        case "close" | "aclose" | "reset":
            sessions.close(key, env, YES)
        case "connection" | "begin_nested":
            env.begun[key] = YES
        case _:  # delete, merge, run_sync: anything may be loaded, or gone
            env.unsure([one for one, state in env.store.items() if name == "run_sync" or state.session == key]
                       if name != "delete" else list(ids_in(first)))  # fmt: skip
    return UNSEEN


def fetched(
    node: ast.Call, key: str, positional: Sequence[Value], keywords: Mapping[str, Value], event: Event, env: Env,
    walk: Walk,
) -> Value:  # fmt: skip
    """`session.get(User, 1, options=[…])`."""
    entity = keywords.get("entity", positional[0] if positional else UNSEEN)
    if not isinstance(entity, ClassOf) or walk.world.mapped(entity.key) is None:
        return UNSEEN
    entries = options.entries_in([keywords["options"]]) if "options" in keywords else frozenset()
    about = mentioned(ast.Tuple(elts=[*node.args[1:], *(word.value for word in node.keywords)]), env)
    owner = ast.unparse(node.args[0]) if node.args else ""
    site = Site(walk.file, walk.scope.qualname, walk.span(node), "get", owner, tuple(keywords))
    known = any(walk.world.related(state.cls, entity.key) for state in env.store.values())
    if walk.world.autoflush and not known:  # what the session has is given back without a query
        sessions.flush(key, env, walk.world, event)
    before = already(node, key, entity, entries, keywords, env, walk)
    made = sessions.load(walk.key(node), entity.key, entries, about, key, site, env, walk.world)
    env.begun[key] = YES
    if before:
        state = env.store[made.ids[0]]
        marks = {**state.marks, **dict.fromkeys(before, "ignored")}
        env.store[made.ids[0]] = replace(state, entries=frozenset(), marks=marks)
    return made


def already(
    node: ast.Call, key: str, entity: ClassOf, entries: Entries, keywords: Mapping[str, Value],
    env: Env, walk: Walk,
) -> frozenset[str]:  # fmt: skip
    """The attributes that a `get` was to load of an object that the session has: it does not look at them."""
    if keywords.keys() & ASKING or EVERYTHING in entries or not entries:
        return frozenset()
    ident = node.args[1] if len(node.args) > 1 else None
    match ident:
        case ast.Attribute(value=ast.Name(id=name), attr="id") if isinstance(env.names.get(name), One):
            held = env.names[name]
        case _:
            return frozenset()
    one = held.ids[0] if isinstance(held, One) and len(held.ids) == 1 else ""
    state = env.store.get(one)
    if state is None or (state.cls, state.session, state.group) != (entity.key, key, ""):
        return frozenset()
    names = {each.path[0] for each in entries if len(each.path) == 1 and each.form == "load"}
    return frozenset(name for name in names if trouble(one, name, env, walk.world) == "lazy")


def executed(node: ast.Call, name: str, statement: Value, key: str, event: Event, env: Env, walk: Walk) -> Value:
    """What a statement gives: rows, or the first part of each."""
    if walk.world.autoflush:
        sessions.flush(key, env, walk.world, event)
    env.begun[key] = YES
    if isinstance(statement, Written):
        return Result(UNSEEN, name == "scalars")
    if not isinstance(statement, Statement):
        # Whatever it is, it may load what was not there.
        for one, state in list(env.store.items()):
            if state.life != "new":
                env.unsure([one])
        return UNSEEN
    items: list[Value] = []
    for at, cls in enumerate(statement.entities):
        if cls is None:
            items.append(UNSEEN)
        else:
            made = f"{walk.key(node)}#{at}"
            items.append(sessions.load(made, cls, statement.entries if at == 0 else frozenset({EVERYTHING}),
                                       statement.about, key, statement.site, env, walk.world))  # fmt: skip
    alone = len(items) == 1
    match name:
        case "scalar":
            return items[0] if items else UNSEEN
        case "scalars" | "stream_scalars":
            return Result(items[0] if items else UNSEEN, True)
        case "exec":
            return Result(items[0] if alone else Several(tuple(items)), alone)
    return Result(Several(tuple(items)), False)
