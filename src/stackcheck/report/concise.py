"""The `concise` report: one line per finding."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stackcheck.finding import Diagnostic
from stackcheck.report.colour import BOLD, BOLD_RED, CYAN, PLAIN, Segment, paint
from stackcheck.report.level import applies
from stackcheck.report.place import shown_path

COLON: Segment = (CYAN, ":")


def render_concise(diagnostics: Iterable[Diagnostic], *, cwd: Path, unsafe: bool, colour: bool) -> str:
    """`path:line:column: CODE [*] message`, the star where the fix applies at this level."""
    return "".join(_line(found, cwd, unsafe=unsafe, colour=colour) for found in diagnostics)


def _line(found: Diagnostic, cwd: Path, *, unsafe: bool, colour: bool) -> str:
    star: list[Segment] = [(PLAIN, "["), (CYAN, "*"), (PLAIN, "] ")]
    line: list[Segment] = [
        (BOLD, shown_path(found.path, cwd)),
        COLON,
        (PLAIN, str(found.span.line)),
        COLON,
        (PLAIN, str(found.span.column)),
        COLON,
        (PLAIN, " "),
        (BOLD_RED, found.code),
        (PLAIN, " "),
        *(star if applies(found.fix, unsafe=unsafe) else []),
        (PLAIN, found.message),
    ]
    return paint(line, colour=colour) + "\n"
