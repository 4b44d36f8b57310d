"""What reading an attribute of an object does: nothing, or a query that asyncio has no place for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from stackcheck import Span
from stackcheck_rules.analyses._loading_states import Env, State
from stackcheck_rules.analyses._loading_values import (
    EVERYTHING,
    MAYBE,
    NO,
    NOTHING,
    UNSEEN,
    YES,
    Entries,
    Entry,
    Event,
    Many,
    One,
    Result,
    Several,
    Site,
    Value,
    either,
)
from stackcheck_rules.analyses._loading_world import EAGER, LAZY, Mapped, World
from stackcheck_rules.analyses._orm_drafts import ClassKey
from stackcheck_rules.analyses.orm_classes import Relationship

FINE, DOUBT = "", "doubt"


class Fault(NamedTuple):
    """A read that fails. `reason` is `lazy`, `raising`, `unset`, `dropped`, `ignored`, `stale`, `deferred`,
    `left out` (by the query), `expired` or `closed`.

    `how` is `read`, `change` (of a collection), or the schema that reads it; `inside` is the property or the
    method of the class that does. `owner` is the class, `path` how the object was reached from what was
    loaded at `site`, `many` whether the attribute leads to many, `event` the last call that changed what the
    object has. `text` is the object as it is written, `of` the class by file and name; it may be one of
    several objects if it is not the `only` one, and stands for each of a list if it is an `item`.
    """

    reason: str
    file: str
    function: str
    span: Span
    name: str
    owner: str
    how: str
    site: Site
    path: tuple[str, ...] = ()
    many: bool = False
    inside: str = ""
    event: Event | None = None
    text: str = ""
    of: ClassKey = ("", "")
    only: bool = True
    item: bool = False


def trouble(one: str, name: str, env: Env, world: World) -> str:
    """Why reading an attribute of an object fails; empty where it does not, `doubt` where nobody knows."""
    state = env.store.get(one)
    mapped = world.mapped(state.cls) if state is not None else None
    if state is None or mapped is None or not state.sure:
        return DOUBT
    relationship, column = mapped.relationships.get(name), mapped.columns.get(name)
    mark = state.marks.get(name, "")
    if mark == "loaded" or (relationship is None and column is None):
        return FINE
    if mark == "unknown" or MAYBE in (state.expired, state.detached) or state.life == "unknown":
        return DOUBT
    if state.expired == YES:
        return "closed" if state.detached == YES else "expired"
    reason = absence(one, relationship, state, env, world) if relationship else column_trouble(state, name, mapped)
    if reason in {FINE, DOUBT} or mark in {"", "stale"}:
        reason = mark or reason if mark == "stale" else reason
    elif mark:
        reason = mark
    return "closed" if state.detached == YES and reason not in {FINE, DOUBT} else reason


def column_trouble(state: State, name: str, mapped: Mapped) -> str:
    if state.life != "loaded":
        return FINE
    forms = {one.form for one in state.entries if one.path == (name,)}
    only = any(one == Entry(("?only",), "only") for one in state.entries)
    if EVERYTHING in state.entries or "unknown" in forms:
        return DOUBT
    if forms & {"undefer", "only"}:
        return FINE
    if "defer" in forms or (only and name not in mapped.keys):  # the primary key always comes along
        return "left out"
    return "deferred" if mapped.columns[name].deferred else FINE


def absence(one: str, found: Relationship, state: State, env: Env, world: World) -> str:
    if state.life in {"new", "pending"}:
        return FINE
    if state.life == "loaded":
        given = forms_of(state.entries, found.name)
        if "load" in given and "unknown" not in given:
            return FINE
        if given - {"pass"} or EVERYTHING in state.entries:
            return DOUBT
        if found.lazy in EAGER:
            return FINE
    if found.lazy == "raise":
        return "raising"
    if found.lazy not in LAZY | EAGER | {"raise_on_sql"}:
        return DOUBT
    if found.many is not True and (found.target is None or is_at_hand(one, found, env, world)):
        return DOUBT
    if found.many is not True and state.life == "flushed" and not led_by_a_key(state, found, world):
        return DOUBT
    if found.lazy == "raise_on_sql":
        return "raising"
    return "unset" if state.life == "flushed" else "lazy"


def led_by_a_key(state: State, found: Relationship, world: World) -> bool:
    """Whether a new object was given a foreign key: without one there is nothing to load."""
    mapped = world.mapped(state.cls)
    keys = mapped.leading.get(found.name, frozenset()) if mapped is not None else frozenset()
    return any(state.marks.get(name) == "loaded" for name in keys)


def forms_of(entries: Entries, name: str) -> set[str]:
    return {each.form for each in entries if each.path in {(name,), ("*",)}}


def is_at_hand(one: str, found: Relationship, env: Env, world: World) -> bool:
    """Whether a session may hold the object that a relationship leads to: then it takes no query."""
    target = found.target
    return target is not None and any(
        world.related(state.cls, target) for key, state in env.store.items() if key != one
    )


def below(entries: Entries, name: str) -> Entries:
    """What the options of an object say of those that an attribute leads to."""
    inner = {Entry(each.path[1:], each.form) for each in entries if len(each.path) > 1 and each.path[0] == name}
    unread = EVERYTHING in entries or any(each.path == ("*",) for each in entries)
    return frozenset(inner | {EVERYTHING} if unread else inner)


def reached(one: str, found: Relationship, env: Env, world: World) -> Value:
    """What a relationship that is loaded leads to."""
    state = env.store[one]
    if found.target is None or world.mapped(found.target) is None or found.many is None:
        return UNSEEN
    key = f"{one}.{found.name}"
    if key not in env.store:
        known = state.sure and found.name not in state.marks and state.life == "loaded" and state.expired == NO
        env.store[key] = State(
            found.target,
            "loaded",
            state.session,
            state.site,
            below(state.entries, found.name) if known else frozenset({EVERYTHING}),
            path=(*state.path, found.name),
            detached=state.detached,
            sure=known,
        )
    return Many(One((key,))) if found.many else One((key,))


def faults_of(ids: Sequence[str], name: str, env: Env, world: World) -> Iterator[tuple[str, State, Mapped]]:
    """(reason, object, class) of a read that fails whichever of some objects it is; nothing where one may not."""
    reasons = {trouble(one, name, env, world) for one in ids}
    if len(reasons) == 1 and not reasons & {FINE, DOUBT}:
        state = env.store[ids[0]]
        mapped = world.mapped(state.cls)
        if mapped is not None:
            yield reasons.pop(), state, mapped


def after_reading(ids: Sequence[str], name: str, env: Env) -> None:
    """A read that failed went no further; one that did not has shown that all is there."""
    for one in ids:
        state = env.store.get(one)
        if state is not None:
            env.store[one] = replace(state, expired=NO).marked(name, "unknown")


def item_of(value: Value, env: Env, key: str) -> Value:
    """One item of a list: an object of its own, as those of the list are."""
    match value:
        case Many(One((one,))) if one in env.store:
            env.store[key] = replace(env.store[one], group=one)
            return One((key,))
        case Many(item):
            return item
    return UNSEEN


def one_of(over: Value, env: Env, key: str) -> Value:
    """What a loop gives in a round."""
    match over:
        case Many():
            return item_of(over, env, key)
        case Result(item):
            return item_of(Many(item), env, key)
        case Several(items):
            made: Value = NOTHING
            for item in items:
                made = either(made, item)
            return made
    return UNSEEN
