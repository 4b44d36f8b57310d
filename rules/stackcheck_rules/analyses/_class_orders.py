"""The classes above a class in the order in which Python and Pydantic look through them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from stackcheck import Evaluator, Kind
from stackcheck_rules.analyses.heirs import heirs

Class = tuple[str, str]  # (file, qualname)
CALLED = r"(?:\b[A-Z]\w*|\bsuper\([^()]*\))\s*\.\s*(NAMES)\s*\("


def resolution_order(cls: Class, evaluator: Evaluator) -> tuple[Class, ...]:
    """The project's classes among those that a class inherits from, itself first, as `__mro__` has them."""
    return tuple(linear(cls, evaluator, frozenset()))


def linear(cls: Class, evaluator: Evaluator, below: frozenset[Class]) -> list[Class]:
    if cls in below:
        return []  # inherits from itself: no Python
    bases = bases_of(cls, evaluator)
    return [cls, *merged([*(linear(base, evaluator, below | {cls}) for base in bases), bases])]


def bases_of(cls: Class, evaluator: Evaluator) -> list[Class]:
    file, qualname = cls
    scope = evaluator.project.scope(file, qualname)
    kinds = [evaluator.value(file, scope.parent, base) for base in scope.bases] if scope else []
    return [(kind.file, kind.symbol) for kind in kinds if kind.word == "class" and kind.file]


def merged(orders: Sequence[Sequence[Class]]) -> list[Class]:
    """C3: the first head that is in no other tail comes next; where there is none, Python refuses the class."""
    left = [list(order) for order in orders if order]
    found: list[Class] = []
    while left:
        heads = [order[0] for order in left]
        good = (head for head in heads if all(head not in order[1:] for order in left))
        first = next(good, heads[0])
        found.append(first)
        left = [rest for order in left if (rest := [one for one in order if one != first])]
    return found


def classes_above(classes: Iterable[Class], evaluator: Evaluator) -> dict[Class, tuple[Class, ...]]:
    """The resolution order of some classes and of every class below one of them."""
    wanted = set(classes)
    found = {cls: resolution_order(cls, evaluator) for cls in wanted}
    for file in evaluator.project.files:
        for qualname in evaluator.project.facts(heirs.name, file):
            above = evaluator.ancestry(Kind("class", qualname, file)).classes
            if any((cls.file, cls.symbol) in wanted for cls in above):
                found[file, qualname] = resolution_order((file, qualname), evaluator)
    return found


def called_on_classes(names: Iterable[str], evaluator: Evaluator) -> set[str]:
    """Those of some names that any file calls on a class: `User.check(1)`.

    Looked for in the texts: a fact for each call in each file would be dear, and few names are asked for.
    """
    wanted = sorted(set(names))
    pattern = re.compile(CALLED.replace("NAMES", "|".join(wanted)))
    sources = (evaluator.project.parsed(file).source for file in (evaluator.project.files if wanted else ()))
    return {match[1] for source in sources if source for match in pattern.finditer(source.text)}
