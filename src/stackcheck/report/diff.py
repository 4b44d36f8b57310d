"""A unified diff of one file, which `patch` and `git apply -p0` take."""

from __future__ import annotations

from stackcheck.report.colour import GREEN, PLAIN, RED, Segment, paint
from stackcheck.report.patch import Opcode, grouped, opcodes
from stackcheck.report.place import split_lines

CONTEXT = 3
# What rings, moves the cursor or recolours a terminal.
VISIBLE = {0x07: "␇", 0x08: "␈", 0x1B: "␛", 0x7F: "␡"}
NO_NEWLINE = "\n\\ No newline at end of file\n"


def render_diff(before: str, after: str, shown_path: str, *, colour: bool = False) -> str:
    """What `--diff` prints for a file, with the blank line after it; empty where nothing changes.

    Line ends stay as they are: written through a text stream on Windows they would double.
    """
    old, new = split_lines(before), split_lines(after)
    hunks = grouped(opcodes(old, new), CONTEXT)
    if not hunks:
        return ""
    out: list[Segment] = [
        (PLAIN, "--- "),
        (RED, shown_path),
        (PLAIN, "\n+++ "),
        (GREEN, shown_path),
        (PLAIN, "\n"),
    ]
    for hunk in hunks:
        out.append((PLAIN, _header(hunk)))
        for tag, i1, i2, j1, j2 in hunk:
            if tag == "equal":
                out += [(PLAIN, _row(" ", line)) for line in new[j1:j2]]
                continue
            out += [(RED, _row("-", line)) for line in old[i1:i2]]
            out += [(GREEN, _row("+", line)) for line in new[j1:j2]]
    return paint([*out, (PLAIN, "\n")], colour=colour)


def _header(hunk: list[Opcode]) -> str:
    _, i1, _, j1, _ = hunk[0]
    _, _, i2, _, j2 = hunk[-1]
    return f"@@ -{_range(i1, i2)} +{_range(j1, j2)} @@\n"


def _range(start: int, end: int) -> str:
    if end - start == 1:
        return str(end)
    return f"{start + (end > start)},{end - start}"


def _row(sign: str, line: str) -> str:
    line = line.translate(VISIBLE)
    return sign + (line if line.endswith(("\n", "\r")) else line + NO_NEWLINE)
