"""Validators of fields, each with those that must be rewritten together with it, in whatever files they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from stackcheck import Analysis, Evaluator, Kind
from stackcheck_rules.analyses._class_orders import Class, called_on_classes, classes_above, resolution_order
from stackcheck_rules.analyses._validator_facts import Base, Field, Function, Home, Param, Validator, Written
from stackcheck_rules.analyses._validator_orders import Entry, Key, Relations, overridden, relate
from stackcheck_rules.analyses._validator_reader import collect

SYMBOLS = {"pydantic.validator", "pydantic.field_validator"}
TOLD = {"values", "field", "config"}  # what Pydantic 1 told a validator besides the value


class Member(NamedTuple):
    """A validator to rewrite: `is_shared` if other code knows its function, `fields` the statements in its class (None
    where there is none), `is_base` if the class has subclasses, `written` how its file writes names."""

    file: str
    validator: Validator
    function: Function | None
    is_shared: bool
    fields: tuple[Field | None, ...]
    home: Home | None
    is_base: bool
    written: Written


class Family(NamedTuple):
    """What must be rewritten together; `sure` if all validators then run in the order that they run in now."""

    members: tuple[Member, ...]
    sure: bool


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Any, ...]]) -> Mapping[Key, Family]:
    """The family of each `validator`, by file and place."""
    entries = [entry for file, each in facts.items() for entry in entries_of(file, each, evaluator)]
    if not any(entry.is_old for entry in entries):
        return {}
    own: dict[Class, dict[str, Entry]] = defaultdict(dict)
    for entry in entries:
        own[entry.holder][entry.validator.name] = entry
    orders = orders_of({entry.holder for entry in entries if entry.is_old}, facts, evaluator)
    relations = Relations(defaultdict(set), set(), set())
    for cls, order in orders.items():
        relate([entry for above in reversed(order) for entry in own.get(above, {}).values()], relations)
        overridden(cls, order, own, evaluator, relations)
    told = (
        entry.validator.name for entry in entries if entry.validator.is_method and is_told(entry.validator.function)
    )
    called = called_on_classes(told, evaluator)
    members = {}
    for entry in entries:
        if entry.is_old:
            shared = entry.key in relations.shared or (entry.validator.is_method and entry.validator.name in called)
            members[entry.key] = member_of(entry, orders, facts[entry.file], evaluator, shared)
            if not is_known(entry, orders, evaluator):
                relations.unsure.add(entry.key)
    share(members, relations)
    return {key: family_of(key, members, relations) for key in members}


def entries_of(file: str, facts: Iterable[Any], evaluator: Evaluator) -> Iterator[Entry]:
    for fact in facts:
        if isinstance(fact, Validator):
            symbol = evaluator.value(file, fact.scope, fact.called).symbol
            if symbol in SYMBOLS:
                yield Entry(file, fact, symbol == "pydantic.validator")


def orders_of(
    holders: set[Class], facts: Mapping[str, tuple[Any, ...]], evaluator: Evaluator
) -> dict[Class, tuple[Class, ...]]:
    """What a class gets validators from, itself first: for each holder and for the classes below it."""
    classes = {(file, name) for file, name in holders if name and not name.startswith("{")}
    found = classes_above(classes, evaluator)
    for file, holder in holders - classes:
        bases = [fact for fact in facts[file] if isinstance(fact, Base) and fact.holder == holder]
        for base in bases[:1]:
            kind = evaluator.value(file, base.scope, base.base)
            if kind.word in {"class", "constant"}:
                above = resolution_order((kind.file, kind.symbol), evaluator) if kind.file else ()
                found[file, holder] = ((file, holder), *above)
    return found


def is_known(entry: Entry, orders: Mapping[Class, tuple[Class, ...]], evaluator: Evaluator) -> bool:
    """Whether no class out of reach can have validators for the same fields."""
    if entry.holder not in orders:
        return False
    (file, qualname), fields = entry.holder, entry.validator.fields
    if qualname.startswith("{") or evaluator.ancestry(Kind("class", qualname, file)).whole:
        return True
    return fields is not None and all(evaluator.project.bindings(file, qualname, field) for field in fields)


def member_of(
    entry: Entry, orders: Mapping[Class, tuple[Class, ...]], facts: Sequence[Any], evaluator: Evaluator, shared: bool
) -> Member:
    one = entry.validator
    below = [cls for cls, order in orders.items() if cls != entry.holder and entry.holder in order]
    found = {
        fact.name: fact
        for fact in facts
        if isinstance(fact, Field)
        if fact.owner == one.holder and not any(evaluator.project.bindings(*cls, fact.name) for cls in below)
    }
    home = next((fact for fact in facts if isinstance(fact, Home) and fact.owner == one.holder), None)
    fields = tuple(found.get(name) for name in one.fields or ())
    function, known = function_of(entry, facts, evaluator)
    names = next((fact for fact in facts if isinstance(fact, Written)), Written(()))
    return Member(entry.file, one, function, known or shared, fields, home, bool(below), names)


def function_of(entry: Entry, facts: Sequence[Any], evaluator: Evaluator) -> tuple[Function | None, bool]:
    """What validates, and whether other code knows it too."""
    one = entry.validator
    if one.function is not None or one.given[0] != "name":
        return one.function, bool(one.function and one.function.used)
    kind = evaluator.value(entry.file, one.scope, one.given)
    if kind.word != "function" or kind.args or not kind.certain:
        return None, True
    scope = evaluator.project.scope(kind.file, kind.symbol)
    if scope is None or scope.decorators:
        return None, True
    local = next((fact for fact in facts if isinstance(fact, Function) and fact.qualname == kind.symbol), None)
    if local is None or kind.file != entry.file:
        params = tuple(Param(param.name, param.form, param.default != ("other",)) for param in scope.params)
        return Function(kind.symbol, params), True
    users = sum(isinstance(fact, Validator) and fact.given == one.given for fact in facts)
    return local, users < local.used or evaluator.project.is_imported_from(entry.file, local.qualname)


def share(members: Mapping[Key, Member], relations: Relations) -> None:
    """Validators that are called with the same function are rewritten together if its signature changes."""
    users: dict[tuple[str, Function], set[Key]] = defaultdict(set)
    for key, member in members.items():
        if member.function and is_told(member.function) and member.function.block and not member.validator.is_method:
            users[member.file, member.function].add(key)
    for keys in users.values():
        for key in keys:
            relations.needs[key] |= keys - {key}


def is_told(function: Function | None) -> bool:
    """Whether a function takes more than the value."""
    return function is not None and any(param.form == "**" or param.name in TOLD for param in function.params)


def family_of(key: Key, members: Mapping[Key, Member], relations: Relations) -> Family:
    found = [key]
    for each in found:
        found += [other for other in sorted(relations.needs.get(each, ())) if other not in found]
    return Family(tuple(members[each] for each in found), not relations.unsure.intersection(found))


validators = Analysis("validators", collect, merge)
