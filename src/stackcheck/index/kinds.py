"""Kinds: what an expression is, in the words of the families' tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Kind(NamedTuple):
    """What an expression is.

    `word` is a family's word for an instance (`session`, `model`, …), or one of the evaluator's own:
    `class`, `instance`, `function`, `module`, `external` (a name of a library that no table knows),
    `list`, `tuple`, `dict` (args: what is inside), `awaitable`, `context`, `generator`, `callable` (args: what
    comes out), `union` (args: what it may be, which is not to act on), `constant`, `bottom` (no value ever
    gets here), `unknown`.
    Of several classes with one word `symbol` is empty and `args` may name them.
    `symbol` is the dotted name of the class, function or module; for the project's own it is
    `qualname` and `file` says where. `certain` is false for what only probably holds.
    """

    word: str
    symbol: str = ""
    file: str = ""
    args: tuple[Kind, ...] = ()
    certain: bool = True

    @property
    def known(self) -> bool:
        return self.word not in {"unknown", "bottom", "union"}


UNKNOWN = Kind("unknown")
BOTTOM = Kind("bottom")
CONSTANT = Kind("constant")
MOST = 6  # alternatives of a union
NAMED = {"class", "instance", "function", "module", "external", "method"}


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call, evaluated when asked for; `count` of them are positional, `names` the keywords."""

    positional: Callable[[int], Kind]
    keyword: Callable[[str], Kind]
    count: int = 0
    names: Collection[str] = ()

    def __call__(self, position: int, name: str) -> Kind:
        """The argument at a position or under a name; UNKNOWN where neither is given."""
        given = self.keyword(name)
        return given if given.known else self.positional(position)


NO_ARGUMENTS = Arguments(lambda position: UNKNOWN, lambda word: UNKNOWN)
Result = Kind | Callable[[Kind, Arguments], Kind]


@dataclass(frozen=True)
class KindTable:
    """What a family knows of the libraries it is about. Keys are dotted names as documented.

    `instances`: class -> word of its instances, subclasses included; `aliases`: other spelling ->
    documented spelling; `bases`: class -> its bases, where a library's class extends another's;
    `calls`: function or class -> what calling it gives; `methods`: `word.name` -> what that method
    gives (`class word.name` on the class itself); `attributes`: `word.name` -> what it holds;
    `decorators`: class decorator or metaclass -> the base it amounts to; `providers`: marker -> position of the
    function whose result a parameter with that marker gets, as FastAPI's `Depends`.
    """

    instances: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    bases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    calls: Mapping[str, Result] = field(default_factory=dict)
    methods: Mapping[str, Result] = field(default_factory=dict)
    attributes: Mapping[str, Result] = field(default_factory=dict)
    decorators: Mapping[str, str] = field(default_factory=dict)
    providers: Mapping[str, int] = field(default_factory=dict)


def merge_tables(tables: tuple[KindTable, ...]) -> KindTable:
    """One table of all; what a later table says of a key wins."""
    return KindTable(
        instances={key: word for table in tables for key, word in table.instances.items()},
        aliases={key: name for table in tables for key, name in table.aliases.items()},
        bases={key: names for table in tables for key, names in table.bases.items()},
        calls={key: result for table in tables for key, result in table.calls.items()},
        methods={key: result for table in tables for key, result in table.methods.items()},
        attributes={key: result for table in tables for key, result in table.attributes.items()},
        decorators={key: base for table in tables for key, base in table.decorators.items()},
        providers={key: position for table in tables for key, position in table.providers.items()},
    )


def tops(table: KindTable) -> frozenset[str]:
    """The top-level packages that a table speaks of."""
    names = {*table.instances, *table.aliases, *table.calls, *table.decorators, *table.providers}
    # A decorator may be a method of a word, as `registry.mapped`: that is no package.
    return frozenset(name.partition(".")[0] for name in names) - {*table.instances.values()}


def as_sure_as(kind: Kind, source: Kind) -> Kind:
    """A kind that follows from another one: only probable if that one is."""
    return kind if source.certain or not kind.known else kind._replace(certain=False)


def join(kinds: list[Kind]) -> Kind:
    """What a name is that may be any of these; None and dead ends do not count."""
    left = [part for kind in kinds for part in alternatives(kind) if part.word not in {"bottom", "constant"}]
    if not left:
        return next((kind for kind in kinds if kind.word == "constant"), BOTTOM)
    joined = _joined(left)
    # A parameter that is None unless it is given may be anything else.
    maybe = any(kind.word == "constant" and not kind.certain for kind in kinds)
    return joined._replace(certain=False) if maybe and joined.known else joined


def _joined(left: list[Kind]) -> Kind:
    first = left[0]
    if all(kind == first for kind in left):
        return first
    if any(not kind.known for kind in left):
        return UNKNOWN
    if all(kind._replace(certain=True) == first._replace(certain=True) for kind in left):
        return first._replace(certain=False)
    # Two sessions of different classes are a session; two different classes or functions are nothing.
    if first.word in NAMED or any(kind.word != first.word for kind in left):
        parts = tuple(dict.fromkeys(left))
        return Kind("union", args=parts) if len(parts) <= MOST else UNKNOWN
    plain = all(kind.symbol and not kind.args for kind in left)
    return Kind(
        first.word, args=tuple(dict.fromkeys(left)) if plain else (), certain=all(kind.certain for kind in left)
    )


def alternatives(kind: Kind) -> tuple[Kind, ...]:
    """What a kind may be: of a union or of several classes each, else the kind itself."""
    several = kind.word == "union" or (
        not kind.symbol and kind.args and all(one.word == kind.word for one in kind.args)
    )
    return kind.args if several else (kind,)
