"""Strings where SQLAlchemy 2.0 wants a statement: what they may be, and how to pass them on.

`Session.execute` of 1.4 made a `text()` of a string (`sql/coercions.py`); `Connection.execute` handed it to
the driver as it was, which is what `exec_driver_sql` does. `text()` reads `:name` as a parameter, takes the
backslash out of `\\:` and doubles `%` for drivers that format.
"""

from __future__ import annotations

import re
from collections.abc import Set
from typing import NamedTuple

from stackcheck import Applicability, Context, ImportRequest, Kind, TextEdit
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.sql_strings import sql_strings
from stackcheck_rules.sqlalchemy._call_edits import extent, inserted_after, replaced
from stackcheck_rules.sqlalchemy._parameters import as_dict, as_list, bound_words, has_tuple, is_row, rest_of
from stackcheck_rules.sqlalchemy._receivers import SESSIONS

# As `TextClause` finds its parameters: `sqlalchemy/sql/elements.py`.
BOUND = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
SPECIAL = re.compile(r"[%?]|\\:")
PLACE = re.compile(r"\?|%s")


class RawSql(NamedTuple):
    """A string that is passed as a statement at `argument`. `values` are the texts that it may be, where those
    can be seen; `composed` is one that is put together at run time. `certain` is false where only an annotation
    says that it is a string.
    """

    argument: Argument
    values: tuple[str, ...]
    composed: bool = False
    certain: bool = True

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Whether a pattern is in one of the texts, or may be."""
        return not self.values or any(pattern.search(text) for text in self.values)


class Rewrite(NamedTuple):
    edits: tuple[TextEdit, ...]
    imports: tuple[ImportRequest, ...] = ()
    safety: Applicability = "safe"


def raw_sql(call: Call, ctx: Context) -> RawSql | None:
    """The string that a call executes; None where it may be something else."""
    argument = call.argument(0, "statement")
    if argument is None:
        return None
    here = next((one for one in ctx.facts(sql_strings) if one.at == argument.value), None)
    if here is not None:
        return RawSql(argument, here.values, composed=not here.values)
    kind = ctx.kind(argument.expr, call.scope)
    if kind == Kind("instance", "builtins.str"):
        return RawSql(argument, (), certain=False)
    source = ctx.source_of(argument.expr, call.scope) if kind.word == "constant" and kind.certain else None
    if source is None or source[0] == ctx.file:
        return None
    values = ctx.bindings(Kind("module", "", source[0]), source[1])
    texts = [value[1] for value in values if value[0] == "const" and isinstance(value[1], str)]
    if not values or len(texts) < len(values):
        return None
    return RawSql(argument, tuple(texts) if all(texts) else ())  # of a long one the outline keeps nothing


def rewritten(call: Call, raw: RawSql, words: Set[str], ctx: Context) -> Rewrite | None:
    """The edits after which sessions or connections execute a string; None where none is right."""
    if raw.composed or not call.whole_known:
        return None
    if words <= SESSIONS:
        return None if has_tuple(call) else as_text(call, raw, ctx)
    if words == {"async-connection"}:  # this one has never taken a string
        return None if has_tuple(call) or raw.has(SPECIAL) else as_text(call, raw, ctx)
    if words != {"connection"}:
        return None
    plain = len(call.arguments) == 1 and not raw.has(BOUND) and not raw.has(SPECIAL)
    return (as_text(call, raw, ctx) if plain else None) or as_driver_sql(call, raw, ctx)


def as_text(call: Call, raw: RawSql, ctx: Context) -> Rewrite | None:
    """`execute(text("…"))`."""
    text = ctx.name("sqlalchemy.text", call.scope)
    if text is None:
        return None
    start, end = extent(raw.argument.value, ctx)
    edits = (TextEdit(start, start, f"{text.code}("), TextEdit(end, end, ")"))
    return Rewrite(edits, text.requests, "safe" if raw.certain else "unsafe")


def as_driver_sql(call: Call, raw: RawSql, ctx: Context) -> Rewrite | None:
    """`exec_driver_sql("…", parameters)`, which does what `Connection.execute` did with a string."""
    given = driver_parameters(call, raw, ctx)
    if given is None:
        return None
    edits = [replaced(call.at, "exec_driver_sql", ctx), *given.edits]
    if call.name != "execute":
        edits.append(inserted_after(call.whole, f".{call.name}()", ctx))
    return Rewrite(tuple(edits), safety=given.safety if raw.certain else "unsafe")


def driver_parameters(call: Call, raw: RawSql, ctx: Context) -> Rewrite | None:
    """The edits that give parameters the form of `exec_driver_sql`: one dict, one tuple, or a list of those."""
    rows, named = rest_of(call), bound_words(call)
    if call.argument(-1, "params") or (rows and named):
        return None
    if named:
        edits = as_dict(named, call, ctx)
        return Rewrite(edits) if edits is not None else None
    match [row.expr for row in rows]:
        case [] | [("dict", _)]:
            return Rewrite(())
        case [("list", items)] if items and all(map(is_row, items)):
            return Rewrite(())
        case [("tuple", items)] if not any(map(is_row, items)):
            counted = bool(raw.values) and all(len(PLACE.findall(text)) == len(items) for text in raw.values)
            return Rewrite((), safety="safe" if counted else "unsafe")
        case [("name" | "attr" | "call" | "index", *_)]:
            return Rewrite((), safety="unsafe")
        case [_, _, *_] as several if all(map(is_row, several)):
            return Rewrite(as_list(rows, ctx))
    return None
