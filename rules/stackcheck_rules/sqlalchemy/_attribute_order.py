"""Which attributes of a class can get an annotation so that the columns of its table stay in their order.

SQLAlchemy takes the columns from what a class binds and from what it annotates, and merges the two: an annotation
without a value (`name: Mapped[str]`) comes before or after what stands beside it as other names are annotated or not.
Source: `merge_lists_w_ordering` of SQLAlchemy 2.0 and 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from stackcheck import Context, Expr, Scope
from stackcheck_rules.sqlalchemy._mapped_notes import is_unmapped


def moving(cls: Scope, names: Set[str], ctx: Context) -> frozenset[str]:
    """Those of some names of a class whose annotation, alone or with the others', would change the order."""
    before = order_of(cls, frozenset(), ctx)
    stay = {name for name in names if order_of(cls, {name}, ctx) == before}
    return frozenset(names - stay if order_of(cls, stay, ctx) == before else names)


def order_of(cls: Scope, annotated: Set[str], ctx: Context) -> list[str]:
    """The attributes of a class as SQLAlchemy sees them if some more of them were annotated."""
    valued, noted, columns = [], [], set()
    for name, bound in cls.bindings.items():
        notes = [one.annotation for one in bound if one.runtime and one.annotation[0] != "other"]
        if any(one.runtime and (one.expr[0] != "other" or one.annotation[0] == "other") for one in bound):
            valued.append(name)
        elif any(may_be_column(note, cls.qualname, ctx) for note in notes):
            columns.add(name)
        if notes or name in annotated:
            noted.append(name)
    return [name for name in merged(valued, noted) if name in columns or name in valued]


def may_be_column(note: Expr, scope: str, ctx: Context) -> bool:
    """Whether an annotation without a value may be `Mapped[…]`."""
    plain = note[0] == "index" and ctx.symbol(note[1], scope).endswith(".ClassVar")
    return not plain and not is_unmapped(note, scope, ctx)


def merged(one: Sequence[str], other: Sequence[str]) -> Iterator[str]:
    """Two lists in one, with a change from the one to the other at each name that is in both."""
    shared = {*one} & {*other}
    current, waiting = iter(one), iter(other)
    while True:
        for name in current:
            if name in shared:
                shared.discard(name)
                current, waiting = waiting, current
                break
            yield name
        else:
            yield from waiting
            return
