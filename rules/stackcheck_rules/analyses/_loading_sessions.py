"""What the methods of an async session do to the objects that it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from stackcheck_rules.analyses._loading_reads import FINE, trouble
from stackcheck_rules.analyses._loading_states import Env, State, same
from stackcheck_rules.analyses._loading_values import (
    EVERYTHING,
    MAYBE,
    NO,
    YES,
    Constant,
    Entries,
    Entry,
    Event,
    Many,
    One,
    Several,
    Site,
    Value,
)
from stackcheck_rules.analyses._loading_world import EAGER, Mapped, World
from stackcheck_rules.analyses._orm_drafts import ClassKey


def load(
    key: str, cls: ClassKey, entries: Entries, about: frozenset[str], session: str, site: Site, env: Env, world: World,
    *, again: bool = False,
) -> One:  # fmt: skip
    """A query for objects of a class; `again` if it fills objects that the session has already, too."""
    mapped = world.mapped(cls)
    state = State(cls, "loaded", session, site, entries)
    same_class = [one for one in env.store if one != key and world.related(env.store[one].cls, cls)]
    if mapped is not None:
        for name in mapped.relationships:
            if any(may_have(one, name, env, world) for one in same_class):
                state = state.marked(name, "unknown")
    if any(one in about and not env.store[one].sure for one in same_class):
        state = replace(state, sure=False)
    env.store.pop(key, None)
    fill(cls, entries, env, world)
    for one in [each for each in env.store if each.startswith(f"{key}.")]:
        del env.store[one]  # what was reached from the object of the round before
    env.store[key] = state
    return One((key,))


def may_have(one: str, name: str, env: Env, world: World) -> bool:
    """Whether an object that was there before is known to have an attribute loaded, or had it once."""
    state = env.store[one]
    return state.sure and state.group == "" and trouble(one, name, env, world) == FINE and state.life != "new"


def fill(cls: ClassKey, entries: Entries, env: Env, world: World) -> None:
    """What a query loads belongs to any object of these classes that the session has: it may have it now."""
    loaded = list(classes_loaded(cls, entries, world))
    for one, state in env.store.items():
        for target, names in loaded:
            if world.related(state.cls, target):
                changed = replace(state, expired=MAYBE if state.expired == YES else state.expired)
                marks = {name: "unknown" for name in names if changed.marks.get(name) != "loaded"}
                state = replace(changed, marks={**changed.marks, **marks})
        env.store[one] = state


def classes_loaded(cls: ClassKey, entries: Entries, world: World) -> Iterable[tuple[ClassKey, frozenset[str]]]:
    """The classes that a query loads objects of, each with the attributes that its options load."""
    mapped = world.mapped(cls)
    if mapped is None:
        return
    names = {each.path[0] for each in entries if each.path and (len(each.path) > 1 or each.form != "pass")}
    if EVERYTHING in entries or "*" in names:
        names |= mapped.relationships.keys()
    eager = {name for name, one in mapped.relationships.items() if one.lazy in EAGER}
    yield cls, frozenset(names)
    for name in names | eager:
        found = mapped.relationships.get(name)
        if found is not None and found.target is not None:
            inner = frozenset(
                Entry(one.path[1:], one.form) for one in entries if len(one.path) > 1 and one.path[0] == name
            )
            if inner or found.target != cls:
                yield from (
                    classes_loaded(found.target, inner, world) if name in names else [(found.target, frozenset())]
                )


def flush(session: str, env: Env, world: World, event: Event | None = None) -> None:
    for one, state in of_session(session, env):
        mapped = world.mapped(state.cls)
        if state.life == "pending":
            env.store[one] = replace(state, life="flushed")
        elif state.dirty != NO and mapped is not None:
            stale = {
                name: "stale" if state.dirty == YES else "unknown"
                for name, column in mapped.columns.items()
                if column.updated and name not in state.written
            }
            env.store[one] = replace(
                state, dirty=NO, written=frozenset(), marks={**state.marks, **stale}, event=event or state.event
            )
    env.begun[session] = YES


def commit(session: str, env: Env, world: World, event: Event | None = None) -> None:
    flush(session, env, world, event)
    expires = world.expiry.get(session, world.expires)
    if expires != NO:
        for one, state in list(env.store.items()):
            if state.life != "new":
                sure = expires == YES and state.session == session
                expire(one, event, env, YES if sure else MAYBE)
    env.begun[session] = NO


def expire(one: str, event: Event | None, env: Env, sure: str) -> None:
    state = env.store[one]
    if sure == YES:
        env.store[one] = replace(state, expired=YES, event=event, marks={}, dirty=NO, written=frozenset())
    elif state.expired == NO:
        env.store[one] = replace(state, expired=MAYBE)


def rollback(session: str, env: Env, event: Event | None = None) -> None:
    """Whatever a transaction had loaded is expired, whatever it had added is not in the session any more."""
    begun = env.begun.get(session, NO)
    for one, state in list(env.store.items()):
        if state.life != "loaded":
            env.unsure([one])
        elif begun != NO:
            expire(one, event, env, YES if begun == YES and state.session == session else MAYBE)
    env.begun[session] = NO


def refresh(
    ids: Sequence[str], names: frozenset[str] | None, env: Env, world: World, event: Event | None = None
) -> None:
    """`session.refresh(user)`, or only some of its attributes."""
    for one in ids:
        state = env.store.get(one)
        mapped = world.mapped(state.cls) if state is not None else None
        if state is None or mapped is None:
            continue
        if len(ids) > 1:
            env.unsure([one])
        elif names is not None:
            env.store[one] = replace(state, marks={**state.marks, **dict.fromkeys(names, "loaded")})
        else:
            env.store[one] = replace(refreshed(state, mapped), event=event)
            cascade(mapped, env, world)
        weaken_group(state.group, mapped.relationships.keys() if names is None else names, env)
        env.begun[state.session] = YES


def refreshed(state: State, mapped: Mapped) -> State:
    """The columns are there again; a relationship that was only assigned, or loaded on its own, is not."""
    marks = {name: mark for name, mark in state.marks.items() if mark == "unknown"}
    for name, mark in state.marks.items():
        if mark == "loaded" and name in mapped.relationships:
            marks[name] = "dropped" if mapped.lazy(name) else "unknown"
    life = "loaded" if state.life in {"pending", "flushed"} else state.life
    return replace(state, life=life, marks=marks, expired=NO, dirty=NO, written=frozenset())


def cascade(mapped: Mapped, env: Env, world: World) -> None:
    """`cascade="all"` expires what a refreshed object leads to."""
    targets = [one.target for one in mapped.relationships.values() if one.target is not None]
    for one, state in env.store.items():
        led_to = state.cls != mapped.key and any(world.related(state.cls, target) for target in targets)
        if led_to and state.expired == NO:
            env.store[one] = replace(state, expired=MAYBE)


def weaken_group(group: str, names: Iterable[str], env: Env) -> None:
    """What happens to one item of a list may happen to all of them."""
    state = env.store.get(group)
    if state is not None:
        marks = {**state.marks, **dict.fromkeys(names, "unknown")}
        expired = MAYBE if state.expired == YES else state.expired
        env.store[group] = replace(state, marks=marks, expired=expired)


def add(value: Value, session: str, env: Env) -> None:
    match value:
        case One(ids):
            for one in ids:
                state = env.store.get(one)
                if state is not None and state.life == "new":
                    env.store[one] = replace(state, life="pending", session=session)
                    if len(ids) > 1:
                        env.unsure([one])
        case Several(items):
            for item in items:
                add(item, session, env)
        case Many(item):
            add(item, session, env)


def close(session: str, env: Env, sure: str = YES) -> None:
    for one, state in of_session(session, env):
        env.store[one] = replace(state, detached=sure if state.detached == NO else same(state.detached, sure))
    env.begun[session] = NO


def of_session(session: str, env: Env) -> list[tuple[str, State]]:
    return [(one, state) for one, state in env.store.items() if state.session == session]


def names_in(value: Value | None) -> frozenset[str] | None:
    """The attribute names in a list of strings; None where they are not known."""
    match value:
        case Many(Constant(str(name))):
            return frozenset({name})
        case Several(items) if all(isinstance(item, Constant) for item in items):
            return frozenset(str(item.value) for item in items if isinstance(item, Constant))
    return None
