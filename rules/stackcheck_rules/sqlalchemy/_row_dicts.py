"""How a row that is used as a dictionary is written with its mapping."""

from __future__ import annotations

import re

from stackcheck import Context, Kind, TextEdit
from stackcheck_rules.analyses.row_uses import RowUse
from stackcheck_rules.sqlalchemy._call_edits import extent
from stackcheck_rules.sqlalchemy._rows import mapping, rest_of

# Each method that 1.x's rows had, with what is written for it, and what makes what 1.x gave of that.
METHODS = {
    "keys": (".keys()", ""),
    "items": (".items()", "list"),
    "values": (".values()", "list"),
    "iterkeys": ("", "iter"),
    "itervalues": (".values()", "iter"),
    "has_key": (" in ", ""),
}
# What may stand around `a in b` that is put in the place of a call.
BEFORE = re.compile(
    r"(?:\b(?:if|elif|else|while|and|or|return|assert)[ \t]+|(?<![=!<>])=[ \t]*|[(,\[][ \t]*|^[ \t]*)\Z", re.M
)
AFTER = re.compile(r"[ \t]*(?:[:),\]#]|(?:and|or|if|else|for)\b|$)", re.M)
SIMPLE = {"attr", "call", "const", "index", "name"}  # forms of an expression that bind closer than `in`
NEGATED = re.compile(r"\bnot[ \t]+\Z")


def as_mapping(use: RowUse, held: Kind, ctx: Context) -> tuple[TextEdit, ...] | None:
    """The edits that make a dictionary of a row; None where no simple ones do."""
    edits = mapping(use, ctx)
    if edits is None or use.form in {"dict", "**"}:
        return edits
    if use.form == "map":
        after = extent(use.owner, ctx).end
        return (TextEdit(after, after, ".mappings()"),) if held.word == "result" and use.primary else None
    if use.form == "has_key":
        return looked_up(use, ctx)
    if use.counted:
        return None  # `row[0]` or `row._fields[0]` is meant, which no edit here knows
    new, maker = METHODS[use.form]
    start, rest = extent(use.whole, ctx).start, rest_of(use, ctx)
    opening = () if use.looped or not maker else (TextEdit(start, start, f"{maker}("),)
    *before, last = edits
    tail = f"{new})" if opening else new
    if last.start < rest.start:  # the value stands in parentheses
        return (*opening, *edits, TextEdit(*rest, tail))
    return (*opening, *before, TextEdit(*rest, f"{last.new}{tail}"))


def looked_up(use: RowUse, ctx: Context) -> tuple[TextEdit, ...] | None:
    """`row.has_key(name)` as `name in row._mapping`, where nothing binds closer on either side."""
    start, end = extent(use.whole, ctx)
    name = extent(use.at, ctx)
    owner = ctx.text[start : rest_of(use, ctx).start]
    key = ctx.text[name.end : end].strip()[1:-1].strip().rstrip(",")
    negated = NEGATED.search(ctx.text, 0, start)
    start = negated.start() if negated else start
    if use.key[0] not in SIMPLE or not BEFORE.search(ctx.text, 0, start) or not AFTER.match(ctx.text, end):
        return None
    return (TextEdit(start, end, f"{key} {'not in' if negated else 'in'} {owner}._mapping"),)
