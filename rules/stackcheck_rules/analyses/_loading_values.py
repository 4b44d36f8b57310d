"""What names hold while a function runs, as far as the ORM is concerned: values, the state of objects, environments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from stackcheck import Span
from stackcheck_rules.analyses._orm_drafts import ClassKey

# Of what may hold on one path and not on another.
YES, NO, MAYBE = "yes", "no", "maybe"


class Entry(NamedTuple):
    """One loader option: the attributes from the class that is loaded to the one it is about.

    `form` is `load`, `defer`, `undefer`, `only`, `pass` (says nothing of the attribute itself), or `unknown`.
    """

    path: tuple[str, ...]
    form: str


Entries = frozenset[Entry]
EVERYTHING = Entry(("*",), "unknown")  # options that cannot be read may load anything


class Site(NamedTuple):
    """Where an object comes from: `span` is the `select(…)`, the `get(…)`, or the constructor.

    `form` is `select`, `get` or `new`; `owner` is how the class is written there. `arguments` are the keywords
    that are given.
    """

    file: str
    function: str
    span: Span
    form: str
    owner: str
    arguments: tuple[str, ...] = ()


class Event(NamedTuple):
    """A call that changed what is loaded: `name` of the method, `session` as it is written."""

    name: str
    file: str
    function: str
    span: Span
    session: str


@dataclass(frozen=True)
class Unknown:
    """Anything."""

    word: str = "unknown"


@dataclass(frozen=True)
class Constant:
    value: object


@dataclass(frozen=True)
class One:
    """An object of a mapped class, one of these; perhaps None."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Attributes:
    """`user.awaitable_attrs`."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Many:
    """A list or anything else that is iterated over; `item` is `NOTHING` while it is empty."""

    item: Value


@dataclass(frozen=True)
class Several:
    """A row or a tuple."""

    items: tuple[Value, ...]


@dataclass(frozen=True)
class ClassOf:
    """A mapped class itself."""

    key: ClassKey


@dataclass(frozen=True)
class Reference:
    """`User.posts`."""

    key: ClassKey
    name: str


@dataclass(frozen=True)
class Inner:
    """A function that stands in the one that is walked through."""

    qualname: str


@dataclass(frozen=True)
class Options:
    """A loader option, or several; `end` is where a chain of them goes on."""

    entries: Entries
    end: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """`select(…)` of mapped classes (None for what is none); `about` are objects that its conditions mention."""

    entities: tuple[ClassKey | None, ...]
    site: Site
    entries: Entries = frozenset()
    about: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Written:
    """`update(…)`, `insert(…)`, `delete(…)`, `text(…)`: loads no object."""

    word: str = "written"


@dataclass(frozen=True)
class Result:
    """What executing a statement gives: rows, or of each row the first part."""

    item: Value
    scalars: bool


@dataclass(frozen=True)
class SessionOf:
    key: str


@dataclass(frozen=True)
class Instance:
    """An object of a class of the project that is not mapped, with what its constructor was given."""

    key: ClassKey
    given: tuple[tuple[str, Value], ...] = ()


Value = (
    Unknown | Constant | One | Attributes | Many | Several | ClassOf | Reference | Options | Statement | Written
    | Result | SessionOf | Instance | Inner
)  # fmt: skip
UNSEEN = Unknown()
NOTHING = Unknown("nothing")  # the item of an empty list
NONE = Constant(None)


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


def ids_in(value: Value) -> Iterator[str]:
    """The objects that a value holds."""
    match value:
        case One(ids) | Attributes(ids):
            yield from ids
        case Many(item) | Result(item):
            yield from ids_in(item)
        case Several(items):
            for item in items:
                yield from ids_in(item)
        case Instance(given=given):
            for _, item in given:
                yield from ids_in(item)


def sessions_in(value: Value) -> Iterator[str]:
    match value:
        case SessionOf(key):
            yield key
        case Instance(given=given):
            for _, item in given:
                yield from sessions_in(item)
        case Several(items):
            for item in items:
                yield from sessions_in(item)
        case Many(item):
            yield from sessions_in(item)


def either(left: Value, right: Value) -> Value:
    """What a name holds that holds one of two values."""
    if left == right or right == NOTHING or (right == NONE and isinstance(left, One)):
        return left
    if left == NOTHING or (left == NONE and isinstance(right, One)):
        return right
    match left, right:
        case One(first), One(second):
            return One(tuple(dict.fromkeys((*first, *second))))
        case Many(first_item), Many(second_item):
            return Many(either(first_item, second_item))
        case Several(first_items), Several(second_items) if len(first_items) == len(second_items):
            return Several(tuple(either(*pair) for pair in zip(first_items, second_items, strict=True)))
        case Statement(entities=entities), Statement(entities=others) if entities == others:
            return replace(left, entries=shared(left.entries, right.entries), about=left.about | right.about)
    return UNSEEN


def any_of(ways: Iterable[Value]) -> Value:
    made: Value | None = None
    for way in ways:
        made = way if made is None else either(made, way)
    return made if made is not None else UNSEEN


def shared(left: Entries, right: Entries) -> Entries:
    """Options that are given on both ways; those of one of them may be."""
    return (left & right) | {Entry(one.path, "unknown") for one in left ^ right}


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
