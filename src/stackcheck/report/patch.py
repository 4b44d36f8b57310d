"""A fix as a small diff: only the lines that change, and one around them."""

from __future__ import annotations

from collections.abc import Sequence

from stackcheck.finding import TextEdit
from stackcheck.report.colour import BOLD_GREEN, BOLD_RED, BRIGHT_BLUE, GREEN, PLAIN, RED, Segment, paint
from stackcheck.report.place import Lines, split_lines
from stackcheck.report.width import VISIBLE

AROUND = 3
CONTEXT = 1
JOINED = 2
Opcode = tuple[str, int, int, int, int]


def draw_patch(lines: Lines, edits: Sequence[TextEdit], *, heading: str = "", colour: bool) -> str:
    """The edits as ruff draws them below a finding, `heading` naming another file than the finding's."""
    if not edits:
        return ""
    edits = sorted(edits)
    first = max(lines.position(edits[0].start).row - AROUND, 1)
    start = lines.starts[first - 1]
    stop = lines.end_of(min(lines.position(max(edit.end for edit in edits)).row + AROUND, len(lines)))
    old = split_lines(lines.text[start:stop])
    new = split_lines(
        apply_edits(lines.text[start:stop], [TextEdit(e.start - start, e.end - start, e.new) for e in edits])
    )

    groups = _joined(grouped(opcodes(old, new), CONTEXT))
    digits = len(str(max(groups[-1][-1][4] + first - 1, 1))) if groups else 1
    blank: list[Segment] = [(BRIGHT_BLUE, " " * digits), (PLAIN, " ")]
    bar = paint([*blank, (BRIGHT_BLUE, "|")], colour=colour) + "\n"
    out = [f"{':::':>{digits + 3}} {heading}\n"] if heading else []
    out.append(bar)
    for index, group in enumerate(groups):
        if index:
            out.append("-" * 80 + "\n")
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                for j in range(j1, j2):
                    out.append(_row(str(first + j).ljust(digits), "|", new[j], BRIGHT_BLUE, PLAIN, colour))
                continue
            for i in range(i1, i2):
                out.append(_row(" " * digits, "-", old[i], BOLD_RED, RED, colour))
            for j in range(j1, j2):
                out.append(_row(str(first + j).ljust(digits), "+", new[j], BOLD_GREEN, GREEN, colour))
    out.append(bar)
    return "".join(out)


def apply_edits(text: str, edits: Sequence[TextEdit]) -> str:
    """The text with the edits made, which are in order and do not overlap."""
    out, done = [], 0
    for edit in edits:
        out += [text[done : edit.start], edit.new]
        done = edit.end
    return "".join([*out, text[done:]])


def opcodes(old: list[str], new: list[str]) -> list[Opcode]:
    """difflib's opcodes, with what both have in common at either end taken off first."""
    from difflib import SequenceMatcher

    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    codes: list[Opcode] = [("equal", 0, head, 0, head)] if head else []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        codes.append((tag, i1 + head, i2 + head, j1 + head, j2 + head))
    if tail:
        codes.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return _slid(codes, new)


def _slid(codes: list[Opcode], new: list[str]) -> list[Opcode]:
    """The opcodes, with what is only inserted moved down as far as it reads the same, as ruff's are."""
    slid: list[Opcode] = []
    for index, (tag, i1, i2, j1, j2) in enumerate(codes):
        if index and codes[index - 1][0] == "insert" and slid:
            top = slid.pop()
            by = 0
            while by < i2 - i1 and new[top[3] + by] == new[j1 + by]:
                by += 1
            if by and slid and slid[-1][0] == "equal":
                before = slid.pop()
                slid.append(("equal", before[1], before[2] + by, before[3], before[4] + by))
            elif by:
                slid.append(("equal", top[1], top[1] + by, top[3], top[3] + by))
            slid.append(("insert", top[1] + by, top[2] + by, top[3] + by, top[4] + by))
            i1, j1 = i1 + by, j1 + by
        if i2 > i1 or j2 > j1:
            slid.append((tag, i1, i2, j1, j2))
    return slid


def grouped(codes: list[Opcode], context: int) -> list[list[Opcode]]:
    """The opcodes in hunks, each with `context` equal lines around it."""
    groups: list[list[Opcode]] = []
    group: list[Opcode] = []
    for index, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag != "equal":
            group.append((tag, i1, i2, j1, j2))
            continue
        if index == 0:
            group = [(tag, max(i1, i2 - context), i2, max(j1, j2 - context), j2)]
        elif index == len(codes) - 1:
            group.append((tag, i1, min(i2, i1 + context), j1, min(j2, j1 + context)))
        elif i2 - i1 > 2 * context:
            groups.append([*group, (tag, i1, i1 + context, j1, j1 + context)])
            group = [(tag, i2 - context, i2, j2 - context, j2)]
        else:
            group.append((tag, i1, i2, j1, j2))
    if any(tag != "equal" for tag, *_ in group):
        groups.append(group)
    return groups


def _joined(groups: list[list[Opcode]]) -> list[list[Opcode]]:
    """The hunks, with those joined that only a line or two separates."""
    joined: list[list[Opcode]] = []
    for group in groups:
        if joined and group[0][3] - joined[-1][-1][4] <= JOINED:
            tag, i1, _, j1, _ = joined[-1].pop()
            _, _, i2, _, j2 = group[0]
            joined[-1] += [(tag, i1, i2, j1, j2), *group[1:]]
        else:
            joined.append(list(group))
    return joined


def _row(number: str, sign: str, line: str, sign_style: str, style: str, colour: bool) -> str:
    content = line.rstrip("\r\n").translate(VISIBLE)
    row: list[Segment] = [(BRIGHT_BLUE, number), (PLAIN, " "), (sign_style, sign)]
    if content:
        row += [(PLAIN, " "), (style, content)]
    return paint(row, colour=colour) + "\n"
