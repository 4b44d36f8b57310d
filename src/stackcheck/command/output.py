"""What a run prints, and where: the report, diffs, fixed stdin, counts."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stackcheck.files.source import Source
from stackcheck.finding import Diagnostic
from stackcheck.report.colour import wants_colour
from stackcheck.report.place import shown_path
from stackcheck.settings.error import SettingsError
from stackcheck.settings.options import Settings

if TYPE_CHECKING:
    from stackcheck.command.run import Request


@dataclass(frozen=True)
class Outcome:
    """Findings that are left, the texts they stand in, what was fixed."""

    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[Path, str]
    changed: Mapping[Path, tuple[str, str]]
    mended: Mapping[Path, Counter[tuple[str, str]]]
    stdin: Source | None = None


def print_outcome(outcome: Outcome, request: Request, settings: Settings) -> None:
    """Write the report to stdout or to a file; a machine's format leaves stdout to itself."""
    to_file = request.output_file is not None
    colour = not to_file and wants_colour(request.color, os.environ, is_tty=sys.stdout.isatty())
    if request.diff:
        write(diff_text(outcome, colour), request.output_file)
        sys.stderr.write("" if request.quiet else fix_summary(outcome, settings, "diff"))
        return
    if outcome.stdin is not None and settings.fix:
        changed = outcome.changed.get(outcome.stdin.path)
        sys.stdout.write(changed[1] if changed else outcome.stdin.text)
        sys.stderr.write(report_text(outcome, request, settings, colour=False))
        return
    if request.fix_only:
        write("" if request.quiet else fix_summary(outcome, settings, "fix"), request.output_file)
        return
    write(report_text(outcome, request, settings, colour=colour), request.output_file)


def report_text(outcome: Outcome, request: Request, settings: Settings, *, colour: bool) -> str:
    """The report in the wanted format."""
    unsafe = bool(settings.unsafe_fixes)
    cwd = Path.cwd()
    found = outcome.diagnostics
    if request.statistics:
        from stackcheck.report.summary import render_statistics

        return render_statistics(found, unsafe=unsafe, as_json=settings.output_format == "json", colour=colour)
    match settings.output_format:
        case "json":
            from stackcheck.report.as_json import render_json

            return render_json(found, outcome.texts, urls=lambda code: None)
        case "json-lines":
            from stackcheck.report.as_json import render_json_lines

            return render_json_lines(found, outcome.texts, urls=lambda code: None)
        case "concise":
            from stackcheck.report.concise import render_concise

            body = render_concise(found, cwd=cwd, unsafe=unsafe, colour=colour)
        case _:
            from stackcheck.report.full import render_full

            body = render_full(found, outcome.texts, cwd=cwd, unsafe=unsafe, colour=colour)
    return body + closing(outcome, request, settings, colour)


def closing(outcome: Outcome, request: Request, settings: Settings, colour: bool) -> str:
    """What follows the findings: applied fixes, the table of a first run, the counts."""
    from stackcheck.report.summary import render_first_run_table, render_show_fixes, render_summary

    if request.quiet:
        return ""
    shown = render_show_fixes(outcome.mended, Path.cwd(), colour=colour) if settings.show_fixes else ""
    table = render_first_run_table(outcome.diagnostics, cwd=Path.cwd(), colour=colour)
    total = sum(count for counts in outcome.mended.values() for count in counts.values())
    hint = settings.unsafe_fixes is not False
    return shown + table + render_summary(outcome.diagnostics, unsafe=bool(settings.unsafe_fixes), fixed=total,
                                          hint=hint, colour=colour)  # fmt: skip


def diff_text(outcome: Outcome, colour: bool) -> str:
    from stackcheck.report.diff import render_diff

    cwd = Path.cwd()
    return "".join(
        render_diff(old, new, shown_path(path, cwd), colour=colour)
        for path, (old, new) in sorted(outcome.changed.items())
    )


def fix_summary(outcome: Outcome, settings: Settings, mode: str) -> str:
    from stackcheck.report.summary import render_fix_summary

    total = sum(count for counts in outcome.mended.values() for count in counts.values())
    return render_fix_summary(outcome.diagnostics, fixed=total, unsafe=bool(settings.unsafe_fixes),
                              mode="diff" if mode == "diff" else "fix")  # fmt: skip


def write(text: str, target: Path | None) -> None:
    """To a file, whose folder is made, or to stdout, with names that no encoding knows escaped."""
    if target is None:
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise SettingsError(f"--output-file {target}: {error.strerror}") from None
