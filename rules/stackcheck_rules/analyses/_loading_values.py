"""What names hold while a function runs, as far as the ORM is concerned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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
