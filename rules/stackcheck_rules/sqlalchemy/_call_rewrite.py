"""A call written anew: arguments that become methods after it, a list whose items become its arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import NamedTuple

from stackcheck import Applicability, Context, Fix, TextEdit
from stackcheck_rules.analyses.core_calls import CoreCall, Given
from stackcheck_rules.sqlalchemy._argument_layout import (
    Change,
    Inside,
    Shift,
    arguments_inside,
    begins_line,
    can_shift,
    edits_of,
    indent_at,
    lines_in,
    opened,
    part_of,
)
from stackcheck_rules.sqlalchemy._call_edits import Extent, extent
from stackcheck_rules.sqlalchemy._core_values import DISPLAYS, LISTS, is_display
from stackcheck_rules.sqlalchemy._generative import Argued, Converter, Step, items_of

NAMED = re.compile(r"\w+\s*=\s*")


class Rest(NamedTuple):
    """What is left of an argument: the parts that stay, those that go, and edits of what stays."""

    kept: tuple[Extent, ...] = ()
    dropped: tuple[Extent, ...] = ()
    shifts: tuple[Shift, ...] = ()
    edits: tuple[TextEdit, ...] = ()
    safety: Applicability = "safe"


def rewritten(
    call: CoreCall, moved: Mapping[Given, tuple[str, Converter]], listed: Given | None, title: str, ctx: Context
) -> Fix | None:
    """The fix that makes methods of some arguments and opens the list `listed`; the other arguments stay.

    None where the text or an argument does not allow it.
    """
    whole = arguments_inside(call.call, ctx)
    if whole is None or not call.call.whole_known:
        return None
    steps: list[Step | None] = []
    rests: list[Rest | None] = []
    for part, given in in_order(call, whole, ctx):
        if given in moved:
            method, converter = moved[given]
            steps.append(converter(method, Argued(given, moved_code(part, given, call, ctx), call.call.scope), ctx))
            rests.append(Rest(dropped=(part,)))
        elif given is listed:
            before = next((rest.kept[0] for rest in rests if rest and rest.kept), None)
            rests.append(of_list(part, given, before, ctx))
        else:
            rests.append(Rest((part,)))
    made, left = [step for step in steps if step], [rest for rest in rests if rest]
    if len(made) < len(steps) or len(left) < len(call.given):
        return None
    change = Change(
        whole,
        tuple(chain.from_iterable(rest.kept for rest in left)),
        tuple(chain.from_iterable(rest.dropped for rest in left)),
        tuple(chain.from_iterable(rest.shifts for rest in left)),
    )
    around = edits_of(change, ctx.text)
    if around is None:
        return None
    chained = TextEdit(whole.end + 1, whole.end + 1, "".join(step.code for step in made))
    safeties = {*(step.safety for step in made), *(rest.safety for rest in left)}
    imports = tuple(chain.from_iterable(step.imports for step in made))
    stays = chain.from_iterable(rest.edits for rest in left)
    return Fix((*around, *stays, chained), title, imports, "unsafe" if "unsafe" in safeties else "safe")


def in_order(call: CoreCall, whole: Inside, ctx: Context) -> list[tuple[Extent, Given]]:
    """The arguments as they stand in the text; one that cannot be found is left out."""
    found = ((part_of(given.argument.value, whole, ctx), given) for given in call.given)
    return sorted(((part, given) for part, given in found if part), key=lambda pair: pair[0])


def of_list(part: Extent, given: Given, before: Extent | None, ctx: Context) -> Rest | None:
    """A list whose items take its place; one that is not written out is unpacked, and a dictionary stays one.

    `before` is the first argument that stays before it: arguments without a name come first.
    """
    if given.form == "GeneratorExp":
        return None
    sure = given.form in LISTS | DISPLAYS | {"Dict"} or is_display(given.value)
    safety: Applicability = "safe" if sure else "unsafe"
    start = value_start(part, given, ctx)
    lead = "" if given.form == "Dict" else "*"
    if before is not None and given.name:
        written = ctx.text[start : part.end]
        code = items_of(written, given.form) if given.form in DISPLAYS else f"{lead}{written}"
        comma = ",\n" + indent_at(before.start, ctx.text) if begins_line(before.start, ctx.text) else ", "
        front = TextEdit(before.start, before.start, f"{code}{comma}")
        return Rest(dropped=(part,), edits=(front,), safety=safety) if code and "#" not in code else None
    if given.form in DISPLAYS:
        found = opened(part, extent(given.argument.value, ctx), ctx.text)
        return found and Rest(found[0], found[1], (found[2],))
    return Rest((part,), edits=(TextEdit(part.start, start, lead),), safety=safety)


def value_start(part: Extent, given: Given, ctx: Context) -> int:
    """Where the value of an argument begins, its parentheses included."""
    named = NAMED.match(ctx.text, part.start) if given.name else None
    return named.end() if named else part.start


def moved_code(part: Extent, given: Given, call: CoreCall, ctx: Context) -> str:
    """The text of an argument for another place: as far to the left as the statement it goes to."""
    text = ctx.text
    start, end = extent(given.argument.value, ctx)
    if "#" in text[part.start : start] + text[end : part.end]:
        start, end = value_start(part, given, ctx), part.end  # with the parentheses, which hold a comment
    by = len(indent_at(part.start, text)) - len(indent_at(extent(call.call.whole, ctx).start, text))
    shift = Shift(start, end, by)
    if by <= 0 or not begins_line(part.start, text) or not can_shift(shift, text):
        return text[start:end]
    bounds = [start, *chain.from_iterable((line, line + by) for line in lines_in(shift, text)), end]
    return "".join(text[one:other] for one, other in zip(bounds[::2], bounds[1::2], strict=True))
