"""The joins that an old call of `join` makes, each with its target and its condition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from stackcheck import Context, Fix, ImportRequest, Span, TextEdit
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.old_joins import GONE, OldJoin
from stackcheck_rules.sqlalchemy._call_edits import extent, has_comment, replaced, source
from stackcheck_rules.sqlalchemy._entities import (
    Entity,
    attribute,
    entity_of,
    path_end,
    relationship,
    statement_entity,
)

Pair = tuple[Argument, ...]  # a target, and perhaps its condition


class Join(NamedTuple):
    """What a join is written with now, and the class that it leads to, where that is known."""

    codes: tuple[str, ...]
    end: Entity | None
    imports: tuple[ImportRequest, ...] = ()


def is_path(argument: Argument, call: Call, ctx: Context) -> bool:
    """Whether an argument is a relationship of a class: target and condition in one."""
    match argument.expr:
        case ("attr", owner, str(name)) | ("call", ("attr", ("attr", owner, str(name)), "of_type"), _, _):
            entity = entity_of(owner, call.scope, ctx)
            return entity is not None and relationship(entity, name, ctx) is not None
    return False


def pairs_of(fact: OldJoin, ctx: Context) -> tuple[Pair, ...]:
    """The joins that SQLAlchemy 1.4 reads in the arguments; one where it is as today."""
    call = fact.call
    tuples = dict(fact.tuples)
    given = [one for one in call.arguments if not one.name]
    if not tuples and len(given) == 2:
        first, second = given
        chained = first.is_text or is_path(first, call, ctx)
        classes = all(entity_of(one.expr, call.scope, ctx) is not None for one in given)
        if not chained and not classes:
            return ((first, second),)
    return tuple(tuples.get(at, (one,)) for at, one in enumerate(given))


def is_old(fact: OldJoin, pairs: tuple[Pair, ...]) -> bool:
    return bool(fact.tuples) or len(pairs) > 1 or any(one.is_text for pair in pairs for one in pair)


def fix_of(fact: OldJoin, pairs: tuple[Pair, ...], ctx: Context) -> Fix | None:
    """Separate calls of `join` with attributes in the place of strings."""
    call = fact.call
    if not call.whole_known or any(one.name in GONE for one in call.arguments):
        return None
    root = statement_entity(call.receiver, call.scope, ctx)
    joins: list[Join] = []
    for pair in pairs:
        before = joins[-1].end if joins else root
        join = join_of(pair, before, call, ctx)
        if join is None:
            return None
        joins.append(join)
    edits = edits_of(fact, joins, ctx)
    if edits is None:
        return None
    imports = tuple(dict.fromkeys(request for join in joins for request in join.imports))
    texts = any(one.is_text for pair in pairs for one in pair)
    safety = root.safety if root is not None and texts else "safe"
    return Fix(edits, "Join by the attributes of the classes" if texts else "Join one by one", imports, safety)


def edits_of(fact: OldJoin, joins: Sequence[Join], ctx: Context) -> tuple[TextEdit, ...] | None:
    call = fact.call
    given = [one for one in call.arguments if not one.name]
    if len(joins) == 1 and not fact.tuples:
        changed = zip(given, joins[0].codes, strict=True)
        return tuple(replaced(one.value, code, ctx) for one, code in changed if one.is_text)
    whole = Span(*given[0].span[:2], *given[-1].span[2:])
    if has_comment(whole, ctx):
        return None
    named = "".join(f", {source(one.span, ctx)}" for one in call.arguments if one.name)
    between = f"{named}){line_before(call, ctx)}.{call.name}("
    return (replaced(whole, between.join(", ".join(join.codes) for join in joins), ctx),)


def join_of(pair: Pair, before: Entity | None, call: Call, ctx: Context) -> Join | None:
    """A join from a class, in which strings are looked up."""
    target, condition = pair[0], pair[1] if len(pair) == 2 else None
    texts = [one for one in pair if one.is_text]
    if len(pair) > 2 or (texts and before is None) or (condition is not None and is_turned(target, call, ctx)):
        return None
    codes = [
        attribute(before, one.expr[1], ctx) if one.is_text and before is not None else source(one.value, ctx)
        for one in pair
    ]
    if any(code is None for code in codes):
        return None
    imports = before.imports if texts and before is not None else ()
    end = entity_of(target.expr, call.scope, ctx) or path_end(target.expr, before, call.scope, ctx)
    return Join(tuple(code for code in codes if code is not None), end, imports)


def is_turned(target: Argument, call: Call, ctx: Context) -> bool:
    """Whether a tuple is of the ancient form: the condition, then the target."""
    return target.is_text or is_path(target, call, ctx)


def line_before(call: Call, ctx: Context) -> str:
    """The line break and the indentation that stand before the method, if they do."""
    start = extent(call.at, ctx).start
    found = re.search(r"(?:\r\n|\r|\n)[ \t]*(?=\.\s*$)", ctx.text[:start])
    return found.group() if found else ""
