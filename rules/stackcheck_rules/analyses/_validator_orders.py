"""The order in which validators of a field run, and which of them must be rewritten with which.

Pydantic 2 runs every `@field_validator` of a field inside every `@validator` of it: one that is rewritten
alone overtakes the others. And a validator that replaces another one by its name must stay of its sort.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stackcheck import Evaluator
from stackcheck_rules.analyses._class_orders import Class
from stackcheck_rules.analyses._validator_facts import Validator

Key = tuple[str, tuple[int, ...]]  # (file, where its name stands)


class Entry(NamedTuple):
    """A use of one of Pydantic's two functions in a file."""

    file: str
    validator: Validator
    is_old: bool

    @property
    def key(self) -> Key:
        return self.file, tuple(self.validator.at)

    @property
    def holder(self) -> Class:
        return self.file, self.validator.holder

    @property
    def modes(self) -> frozenset[str]:
        """When it runs; `wrap`, `plain` and what is not written out count as both before and after."""
        mode = str(self.validator.option("mode") or "after")
        if self.is_old:
            mode = "before" if self.validator.option("pre") else "after"
        known = self.validator.options is not None and mode in {"before", "after"}
        return frozenset({mode} if known else {"before", "after"})


Own = Mapping[Class, Mapping[str, Entry]]


class Relations(NamedTuple):
    """`needs`: which validators must be rewritten with each; `unsure`: those that then run in another order."""

    needs: dict[Key, set[Key]]
    unsure: set[Key]
    shared: set[Key]


def relate(entries: Sequence[Entry], relations: Relations) -> None:
    """Note what the validators of one class, in the order of their definition, are to each other."""
    # The last of a name counts, at the place of the first.
    named = {(entry.validator.name, entry.is_old): entry for entry in entries}
    names = [name for name, _ in named]
    ordered = sorted(named.values(), key=lambda entry: names.index(entry.validator.name))
    if len({*names}) < len(names):
        # An old one that a new one replaces: it has both places, and the function of the new one.
        relations.unsure.update(entry.key for entry in ordered if entry.is_old)
    for at, entry in enumerate(ordered):
        for other in ordered if entry.is_old else ():
            if other is entry or not overlap(entry.validator.fields, other.validator.fields):
                continue
            items = [one.validator.option("each_item") is True for one in (entry, other)]
            if items == [False, True]:
                # Pydantic 2 looks for the items of a field in vain once a `@field_validator` is around it.
                relations.needs[entry.key].update({other.key} if other.is_old else ())
            elif items[0] == items[1] and entry.modes & other.modes:
                earlier = ordered.index(other) < at
                if earlier and other.is_old:
                    relations.needs[entry.key].add(other.key)
                    if "before" in entry.modes:
                        relations.needs[other.key].add(entry.key)
                elif not earlier and not other.is_old:
                    relations.unsure.add(entry.key)


def overlap(fields: tuple[str, ...] | None, others: tuple[str, ...] | None) -> bool:
    """Whether two validators may be for the same field."""
    if fields is None or others is None or "*" in (*fields, *others):
        return True
    return bool(set(fields) & set(others))


def overridden(cls: Class, order: Sequence[Class], own: Own, evaluator: Evaluator, relations: Relations) -> None:
    """Note the validators of the classes above that a class replaces by their names."""
    for above in order[1:]:
        for name, entry in own.get(above, {}).items():
            by = own.get(cls, {}).get(name)
            # What becomes a part of the type of the items has no name to be replaced by.
            relations.shared.update(one.key for one in (by, entry) if by and one and one.validator.option("each_item"))
            if by is None:
                relations.shared.update({entry.key} if evaluator.project.bindings(*cls, name) else ())
            elif by.is_old and entry.is_old:
                relations.needs[entry.key].add(by.key)
                relations.needs[by.key].add(entry.key)
            else:
                relations.unsure.update(one.key for one in (by, entry) if one.is_old)
