"""Writing `await` before a call, with the parentheses that this takes."""

from __future__ import annotations

from collections.abc import Sequence

from stackcheck import Context, TextEdit
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.awaited_methods import AWAITED
from stackcheck_rules.analyses.unawaited_calls import UnawaitedCall
from stackcheck_rules.sqlalchemy._call_edits import extent

# Methods whose result has methods to be awaited itself.
MADE = {"stream": "async-result", "stream_scalars": "async-scalar-result", "connection": "async-connection"}
FETCHED = words("exec execute scalars exec_driver_sql")  # their results have none
ASYNC_RESULTS = {"scalars": "async-scalar-result", "mappings": "async-mapping-result"}


def await_edits(call: UnawaitedCall, ctx: Context) -> tuple[TextEdit, ...]:
    """The edits that await a call; none where an `await` cannot stand there, or what follows is not known."""
    if call.closed or any(fate.slot == "async for" and call.name not in MADE for fate in call.fates):
        return ()
    start, end = extent(call.whole, ctx)
    wrapped = bool(call.chain) and ctx.text[end:].lstrip().startswith(")")
    keeps = keeps_await(call)
    if call.await_of is not None and keeps is None:
        return ()
    if call.await_of is not None and not keeps:
        outer = extent(call.await_of, ctx).start
        if wrapped:
            operand = outer + len("await")
            after = len(ctx.text[operand:]) - len(ctx.text[operand:].lstrip(" \t"))
            return (TextEdit(outer, operand + after, ""), TextEdit(start, start, "await "))
        if ctx.text[outer + len("await") : start].strip():
            return ()
        return (TextEdit(outer, outer, "("), TextEdit(end, end, ")"))
    if call.chain and not wrapped:
        return (TextEdit(start, start, "(await "), TextEdit(end, end, ")"))
    return (TextEdit(start, start, "await "),)


def keeps_await(call: UnawaitedCall) -> bool | None:
    """Whether the `await` around a chain is still right once its first call is awaited; None if that is unknown."""
    names = [name for name in call.chain if name]
    if call.name in FETCHED:
        return False
    if call.name not in MADE:
        return "awaitable_attrs" in names if len(names) == len(call.chain) else None
    return last_is_awaited(MADE[call.name], names)


def last_is_awaited(word: str, names: Sequence[str]) -> bool:
    for name in names[:-1]:
        word = ASYNC_RESULTS.get(name, word)
    return bool(names) and names[-1] in AWAITED[word]
