"""The fix of `await gather(…)`: its calls awaited one after the other."""

from __future__ import annotations

from itertools import pairwise

from stackcheck import Context, Fix, Span
from stackcheck_rules.analyses.concurrent_tasks import Group
from stackcheck_rules.sessions._line_edits import begins_line, code, line_indent, newline_of


def one_after_the_other(group: Group, ctx: Context) -> Fix | None:
    """Awaits in the place of `await gather(…)`: statements if nobody wants the value, else a tuple or a list."""
    if not group.sequence:
        return None
    whole, *each = group.sequence
    called = Span(*whole[:2], group.span.end_line, group.span.end_column + 1)
    between = [Span(*one[2:], *after[:2]) for one, after in pairwise(each)]
    around = [Span(*called[2:], *each[0][:2]), Span(*each[-1][2:], *whole[2:])]
    edits = [(Span(*span[:2], *span[:2]), "await ") for span in each]
    if group.value == "dropped":
        if not begins_line(whole, ctx) or any("#" in code(span, ctx) for span in (*between, *around)):
            return None
        edits += [(span, newline_of(ctx) + line_indent(whole.line, ctx)) for span in between]
        edits += [(Span(*whole[:2], *each[0][:2]), ""), (around[1], "")]
    else:
        left, right = "()" if group.value == "unpacked" else "[]"
        if group.value == "unpacked" and whole.line == whole.end_line:
            left, right = "", ""
        edits += [(called, left), (Span(whole.end_line, whole.end_column - 1, *whole[2:]), right)]
    return Fix(ctx.edits(edits), "Await one after the other", applicability="unsafe")
