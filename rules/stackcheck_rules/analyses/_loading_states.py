"""What is known of objects at one place of a function, and what is left of that where several ways meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from stackcheck_rules.analyses._loading_values import (
    MAYBE,
    NO,
    UNSEEN,
    YES,
    Entries,
    Event,
    Site,
    Value,
    either,
    shared,
)
from stackcheck_rules.analyses._orm_drafts import ClassKey


@dataclass(frozen=True)
class State:
    """What is known of one object.

    `life` is `loaded`, `new` (no session has it), `pending` or `flushed`. `marks` say of single attributes
    `loaded`, `unknown`, `dropped` (by a refresh), `ignored` (options of a second `get`), `stale`. `group` is the
    list that it is an item of, `event` the last call that changed what is there, `path` how it is reached from
    what was loaded at `site`. An object that is not `sure` may have been given anything.
    """

    cls: ClassKey
    life: str
    session: str
    site: Site
    entries: Entries = frozenset()
    marks: Mapping[str, str] = field(default_factory=dict)
    expired: str = NO
    event: Event | None = None
    detached: str = NO
    dirty: str = NO
    written: frozenset[str] = frozenset()
    group: str = ""
    path: tuple[str, ...] = ()
    sure: bool = True

    def marked(self, name: str, mark: str) -> State:
        return replace(self, marks={**self.marks, name: mark})


@dataclass
class Env:
    """Names and objects at one place of a function; `begun` are sessions and whether a transaction runs."""

    names: dict[str, Value]
    store: dict[str, State]
    begun: dict[str, str]

    def copy(self) -> Env:
        return Env(dict(self.names), dict(self.store), dict(self.begun))

    def take(self, other: Env) -> None:
        """Go on with what another environment knows of objects."""
        self.store, self.begun = other.store, other.begun

    def unsure(self, ids: Iterable[str]) -> None:
        """Some objects may have been given anything; so may the list that they are in."""
        for one in ids:
            state = self.store.get(one)
            if state is not None and state.sure:
                self.store[one] = replace(state, sure=False)
                self.unsure([state.group] if state.group else [])


def joined(ways: Iterable[Env | None]) -> Env | None:
    """What holds after either of several ways; None if none of them goes on."""
    left = [env for env in ways if env is not None]
    if not left:
        return None
    first = left[0].copy()
    for env in left[1:]:
        for name in first.names.keys() | env.names.keys():
            first.names[name] = either(first.names.get(name, UNSEEN), env.names.get(name, UNSEEN))
        for key, state in env.store.items():
            known = first.store.get(key)
            first.store[key] = state if known is None else weaker(known, state)
        for key in first.begun.keys() | env.begun.keys():
            first.begun[key] = same(first.begun.get(key, NO), env.begun.get(key, NO))
    return first


def weaker(left: State, right: State) -> State:
    """What is known of an object on two ways."""
    if left == right:
        return left
    names = left.marks.keys() | right.marks.keys()
    marks = {name: left.marks.get(name, "") for name in names if left.marks.get(name) == right.marks.get(name)}
    return replace(
        left,
        life=left.life if left.life == right.life else "unknown",
        session=left.session if left.session == right.session else "?",
        entries=shared(left.entries, right.entries),
        marks={name: marks.get(name, "unknown") for name in names},
        expired=same(left.expired, right.expired),
        detached=same(left.detached, right.detached),
        dirty=YES if YES in (left.dirty, right.dirty) else same(left.dirty, right.dirty),  # a patch loop may be empty
        written=left.written | right.written,
        sure=left.sure and right.sure and left.cls == right.cls,
    )


def same(left: str, right: str) -> str:
    return left if left == right else MAYBE
