"""Declarative classes as their bodies and those above them say, before their relationships are resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from stackcheck import Evaluator, Expr, Kind, Scope
from stackcheck_rules.analyses._orm_columns import (
    Column,
    Key,
    Source,
    class_table,
    column_in,
    computed_names,
    constraint_keys,
    table_name,
)
from stackcheck_rules.analyses._relationships import UNREADABLE, Cardinality, RelationshipCall, relationship_in

MAPPED_WORDS = {"orm", "orm-dataclass", "sqlmodel"}
BASE_MAKERS = {"as_declarative", "as_declarative_base", "DeclarativeMeta"}
ClassKey = tuple[str, str]  # file, qualname


class Reader(NamedTuple):
    """What the files say: names bound in class bodies, dictionaries by (file, scope) and name."""

    evaluator: Evaluator
    names: Mapping[ClassKey, tuple[str, ...]]
    dicts: Mapping[ClassKey, Mapping[Expr, Mapping[str, Expr]]]


class Draft(NamedTuple):
    """A class before its relationships are resolved.

    `table` is empty where no string says it. `tables` are its own and those of the mapped classes above it, and
    what else may stand for them in a foreign key. `required` are the columns that are surely
    NOT NULL. `above` are the classes of the project above it, itself first, `bases` the declarative bases.
    """

    table: str
    tables: frozenset[str]
    columns: tuple[tuple[str, ClassKey], ...]
    keys: tuple[Key, ...]
    required: frozenset[str]
    calls: tuple[RelationshipCall, ...]
    above: tuple[ClassKey, ...]
    bases: frozenset[ClassKey]


class Ends(NamedTuple):
    """`many` is None where it is not known; `required` and `back_required` are those of either side's keys."""

    many: bool | None
    required: bool = False
    back_required: bool = False


UNKNOWN_ENDS = Ends(None)


def draft_of(key: ClassKey, reader: Reader) -> Draft:
    evaluator = reader.evaluator
    above = tuple(dict.fromkeys(classes_above(key, evaluator)))
    fields = evaluator.instance(Kind("class", key[1], key[0])).word == "sqlmodel"
    columns: dict[str, tuple[ClassKey, Column]] = {}
    keys: list[Key] = []
    calls: dict[str, RelationshipCall] = {}
    table = ""
    names: frozenset[str] = frozenset()
    seen: set[str] = set()
    for owner in above:
        unpacked = {**reader.dicts.get((owner[0], ""), {}), **reader.dicts.get(owner, {})}
        for name in reader.names.get(owner, ()):
            if name in seen:
                continue
            seen.add(name)
            for value, note, scope in values_of(owner, name, evaluator):
                source = Source(scope, owner[0])
                if name in {"__tablename__", "__table__"}:
                    table = table or table_name(value, key[1], source, evaluator)
                    names = frozenset({table}) if table else computed_names(key[1])
                elif name == "__table_args__":
                    keys += constraint_keys(value, source, evaluator)
                elif call := relationship_in(name, owner, value, note, source, evaluator, unpacked):
                    calls[name] = call
                elif column := column_in(value, note, source, evaluator, fields=fields and not name.startswith("_")):
                    columns[name] = owner, column
                    keys += [Key((name,), referred) for referred in column.tables]
    attributes = {one.name: name for name, (_, one) in columns.items() if one.name}
    return Draft(
        table,
        names | {class_table(*key)},
        tuple((name, owner) for name, (owner, _) in columns.items()),
        tuple(Key(tuple(attributes.get(name, name) for name in one.columns), one.table) for one in keys),
        frozenset(name for name, (_, one) in columns.items() if one.required),
        tuple(calls.values()),
        above,
        frozenset(bases_of(above, evaluator)),
    )


def values_of(owner: ClassKey, name: str, evaluator: Evaluator) -> Iterator[tuple[Expr, Expr, str]]:
    """(value, annotation, scope) of each binding of a name; of a `declared_attr` what it returns."""
    for binding in evaluator.project.bindings(*owner, name):
        if binding.expr[0] == "def":
            function = evaluator.project.scope(owner[0], binding.expr[1])
            if function is not None and function.decorators:
                yield from ((value, function.returns, function.qualname) for value in function.values)
        else:
            yield binding.expr, binding.annotation, binding.scope


def classes_above(key: ClassKey, evaluator: Evaluator) -> Iterator[ClassKey]:
    """The classes of the project above a class, itself first, and those that `declarative_base(cls=…)` names."""
    own = [one for one in evaluator.ancestry(Kind("class", key[1], key[0])).classes if one.file]
    yield from ((one.file, one.symbol) for one in own)
    for one in own:
        for (file, _), call in made_bases(one, evaluator):
            kind = evaluator.value(file, "", dict(call[3]).get("cls", ("other",)))
            if kind.word == "class":
                yield from ((other.file, other.symbol) for other in evaluator.ancestry(kind).classes if other.file)


def made_bases(cls: Kind, evaluator: Evaluator) -> Iterator[tuple[ClassKey, Expr]]:
    """(file, name) and call of each base of a class that a call has made: `Base = declarative_base()`."""
    scope = evaluator.project.scope(cls.file, cls.symbol)
    for expr in scope.bases if scope else ():
        place = evaluator.definition(cls.file, scope.parent if scope else "", expr)
        bound = evaluator.project.bindings(place[0], "", place[1]) if place else ()
        if place and len(bound) == 1 and bound[0].expr[0] == "call":
            yield place, bound[0].expr


def bases_of(above: Iterable[ClassKey], evaluator: Evaluator) -> Iterator[ClassKey]:
    """The declarative bases of a class: what calls have made, and classes that extend one of SQLAlchemy's own."""
    for file, symbol in above:
        yield from (place for place, _ in made_bases(Kind("class", symbol, file), evaluator))
        scope = evaluator.project.scope(file, symbol)
        if scope and (is_decorated(scope, file, evaluator) or extends_own(scope, file, evaluator)):
            yield file, symbol


def is_decorated(scope: Scope, file: str, evaluator: Evaluator) -> bool:
    """Whether a decorator or a metaclass makes a class a declarative base."""
    makers = [*scope.decorators, *(value for word, value in scope.keywords if word == "metaclass")]
    called = (maker[1] if maker[0] == "call" else maker for maker in makers)
    return any(evaluator.value(file, scope.parent, one).symbol.rpartition(".")[2] in BASE_MAKERS for one in called)


def extends_own(scope: Scope, file: str, evaluator: Evaluator) -> bool:
    """Whether a class extends `DeclarativeBase` or another mapped class of a library."""
    for expr in scope.bases:
        base = evaluator.value(file, scope.parent, expr)
        mapped = base.word == "class" and not base.file and evaluator.instance(base).word in MAPPED_WORDS
        if mapped and evaluator.definition(file, scope.parent, expr) is None:
            return True
    return False


def with_tables(draft: Draft, drafts: Mapping[ClassKey, Draft]) -> Draft:
    """The draft with the tables of the mapped classes above it, whose columns are its own, too."""
    above = [drafts[key] for key in draft.above if key in drafts and key not in draft.bases]
    return draft._replace(tables=draft.tables.union(*(one.tables for one in above)))


def ends_of(given: Cardinality, own: Draft, other: Draft) -> Ends:
    """Which side of a relationship holds the foreign key."""
    if given.secondary or given.foreign_keys == UNREADABLE:
        return UNKNOWN_ENDS
    mine = {name for key in own.keys if key.table in other.tables for name in key.columns}
    theirs = {name for key in other.keys if key.table in own.tables for name in key.columns}
    if own.tables & other.tables:
        if own.above[0] != other.above[0] or given.remote == UNREADABLE or not (mine or given.foreign_keys):
            return UNKNOWN_ENDS
        mine = {name.rpartition(".")[2] for name in given.foreign_keys} or mine
        # https://docs.sqlalchemy.org/en/20/orm/self_referential.html
        to_many = not given.remote or any(name.rpartition(".")[2] in mine for name in given.remote)
        theirs, mine = (mine, set()) if to_many else (set(), mine)
    elif given.foreign_keys:
        mine, theirs = named_in(given.foreign_keys, own, bare=True), named_in(given.foreign_keys, other, bare=False)
    if bool(mine) == bool(theirs):
        return UNKNOWN_ENDS
    sure = not given.joined
    return Ends(bool(theirs), sure and bool(mine) and mine <= own.required, sure and theirs <= other.required)


def named_in(columns: Iterable[str], draft: Draft, *, bare: bool) -> set[str]:
    """Those of some columns, as `User.id`, that are a class's own; a bare name stands in its body."""
    names = {qualname.rpartition(".")[2] for _, qualname in draft.above} | ({"", "cls"} if bare else set())
    parts = [column.rpartition(".") for column in columns]
    known = {name for name, _ in draft.columns}
    return {name for owner, _, name in parts if owner.rpartition(".")[2] in names and name in known}
