"""Parameters of a statement as text edits: keyword arguments into a dict, several dicts into a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stackcheck import Context, Expr, TextEdit
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.sqlalchemy._call_edits import extent, source

# Keyword arguments of `execute` that are no parameters of the statement.
OWN_WORDS = {
    "_add_event", "_parent_execute_state", "bind_arguments", "execution_options", "parameters", "params", "statement",
}  # fmt: skip


def bound_words(call: Call) -> list[Argument]:
    """The keyword arguments that 1.x took for parameters of the statement."""
    return [one for one in call.arguments if one.name not in {"", "*", "**", *OWN_WORDS}]


def rest_of(call: Call) -> list[Argument]:
    """The positional arguments after the statement."""
    return [one for one in call.arguments if not one.name][1:]


def is_row(expr: Expr) -> bool:
    return expr[0] in {"dict", "tuple"}


def has_tuple(call: Call) -> bool:
    """Whether a tuple is written among the parameters; of dicts it is a list of dicts like any other."""
    return any(
        row.expr[0] == "tuple" or (row.expr[0] == "list" and any(item[0] == "tuple" for item in row.expr[1]))
        for row in rest_of(call)
    )


def is_by_position(expr: Expr) -> bool:
    """Whether parameters have places and no names, which only a driver takes."""
    return expr[0] in {"tuple", "list"} and any(item[0] in {"const", "tuple"} for item in expr[1])


def is_empty(argument: Argument) -> bool:
    return argument.expr in {("list", ()), ("tuple", ())}


def as_dict(words: Sequence[Argument], call: Call, ctx: Context, before: str = "") -> tuple[TextEdit, ...] | None:
    """The edits that make `{"a": 1, "b": 2}` of `a=1, b=2`; None where something else stands between."""
    at = call.arguments.index(words[0])
    if tuple(words) != call.arguments[at : at + len(words)]:
        return None
    if not before and any(one.name for one in call.arguments[:at]):
        return None  # no positional argument may follow
    edits = []
    for word in words:
        start = extent(word.span, ctx).start
        named = re.match(rf"{word.name}\s*=\s*", source(word.span, ctx))
        if named is None:
            return None
        opening = f"{before}{{" if word is words[0] else ""
        edits.append(TextEdit(start, start + named.end(), f'{opening}"{word.name}": '))
    end = extent(words[-1].span, ctx).end
    return (*edits, TextEdit(end, end, "}"))


def as_list(rows: Sequence[Argument], ctx: Context) -> tuple[TextEdit, ...]:
    """The edits that make `[a, b]` of `a, b`."""
    start, end = extent(rows[0].span, ctx).start, extent(rows[-1].span, ctx).end
    return TextEdit(start, start, "["), TextEdit(end, end, "]")
