"""What a report ends with: the counts, the statistics, what was fixed, the table of a first run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from stackcheck.finding import Diagnostic
from stackcheck.report.colour import BOLD, CYAN, PLAIN, Segment, paint
from stackcheck.report.level import applies, is_hidden
from stackcheck.report.place import shown_path

# Spelt as the crate spells them that ruff uses here, in one sequence and not in two.
BOLD_GREEN = "\x1b[1;32m"
BOLD_RED = "\x1b[1;31m"

FIRST_RUN = 20
SEVERITIES = ("error", "warning", "info")
Fixed = Mapping[Path, Counter[tuple[str, str]]]


def render_summary(
    diagnostics: Sequence[Diagnostic],
    *,
    unsafe: bool,
    fixed: int = 0,
    hint: bool = True,
    colour: bool = False,
) -> str:
    """The last lines of a report. `hint` is false where `unsafe-fixes = false` silences the offer."""
    remaining = len(diagnostics)
    if fixed:
        total = _count(fixed + remaining, "error")
        out = f"Found {total} ({fixed} fixed, {remaining} remaining).\n"
    elif remaining:
        out = f"Found {_count(remaining, 'error')}.\n"
    else:
        return paint([(BOLD_GREEN, "All checks passed!")], colour=colour) + "\n"
    now = sum(applies(found.fix, unsafe=unsafe) for found in diagnostics)
    later = sum(is_hidden(found.fix, unsafe=unsafe) for found in diagnostics) if hint else 0
    offer = f"{_count(later, 'unsafe fix')} available with `--fix --unsafe-fixes`"
    if now:
        star = paint([(PLAIN, "["), (CYAN, "*"), (PLAIN, "]")], colour=colour)
        return f"{out}{star} {now} fixable with `--fix`{f' ({offer})' if later else ''}.\n"
    return f"{out}{offer}.\n" if later else out


def render_fix_summary(
    diagnostics: Iterable[Diagnostic], *, fixed: int, unsafe: bool, mode: Literal["fix", "diff"]
) -> str:
    """The last line of `--fix-only` and of `--diff`; empty where there is nothing to say."""
    later = sum(is_hidden(found.fix, unsafe=unsafe) for found in diagnostics)
    if fixed:
        verb = "Fixed" if mode == "fix" else "Would fix"
        more = f" ({_count(later, 'additional fix')} available with `--unsafe-fixes`)" if later else ""
        return f"{verb} {_count(fixed, 'error')}{more}.\n"
    if later:
        verb = "fixed" if mode == "fix" else "would be fixed"
        return f"No errors {verb} ({_count(later, 'fix')} available with `--unsafe-fixes`).\n"
    return ""


def render_statistics(diagnostics: Sequence[Diagnostic], *, unsafe: bool, as_json: bool, colour: bool = False) -> str:
    """The count of each rule, most first; in text without the closing lines of `render_summary`."""
    rows = _statistics(diagnostics, unsafe=unsafe)
    if not rows:
        return ""
    if as_json:
        import json

        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    digits = max(len(str(row["count"])) for row in rows)
    letters = max(len(row["code"]) for row in rows)
    any_fixable = any(row["fixable_count"] for row in rows)
    out = []
    for row in rows:
        sign = "*" if row["fixable"] else "-"
        box = [(PLAIN, "["), (CYAN, sign) if row["fixable_count"] else (PLAIN, " "), (PLAIN, "] ")]
        line: list[Segment] = [
            (BOLD, str(row["count"]).rjust(digits)),
            (PLAIN, "\t"),
            (BOLD_RED, row["code"]),
            (PLAIN, " " * (letters - len(row["code"])) + "\t"),
            *(box if any_fixable else []),
            (PLAIN, row["name"]),
        ]
        out.append(paint(line, colour=colour) + "\n")
    return "".join(out)


def render_show_fixes(fixed: Fixed, cwd: Path, *, colour: bool = False) -> str:
    """What `--show-fixes` prints between the findings and the summary, with its blank lines."""
    total = sum(table.total() for table in fixed.values())
    if not total:
        return ""
    digits = max(len(str(count)) for table in fixed.values() for count in table.values())
    rows: list[list[Segment]] = [[(BOLD_GREEN, f"Fixed {_count(total, 'error')}:")]]
    for path, table in sorted(fixed.items()):
        if table:
            rows.append([(CYAN, "-"), (PLAIN, " "), (BOLD, shown_path(path, cwd)), (CYAN, ":")])
        for (code, name), count in sorted(table.items(), key=lambda item: (-item[1], item[0])):
            rows.append([(PLAIN, f"    {count:>{digits}} × "), (BOLD_RED, code), (PLAIN, f" ({name})")])
    return "\n" + "".join(paint(row, colour=colour) + "\n" for row in rows) + "\n"


def render_first_run_table(
    diagnostics: Sequence[Diagnostic], *, cwd: Path, colour: bool = False, past: int = FIRST_RUN
) -> str:
    """The findings by rule, errors first, and the commands to go on with; empty up to `past` findings."""
    if len(diagnostics) <= past:
        return ""
    by_rule: dict[str, list[Diagnostic]] = {}
    for found in diagnostics:
        by_rule.setdefault(found.code, []).append(found)
    rules = sorted(by_rule.items(), key=lambda rule: (_rank(rule[1]), -len(rule[1]), rule[0]))
    rows = [["Rule", "Name", "Severity", "Found", "Fixable", "For example"]]
    for code, group in rules:
        first = min(group, key=lambda found: found.order)
        fixable = sum(applies(found.fix, unsafe=False) for found in group)
        place = f"{shown_path(first.path, cwd)}:{first.span.line}"
        severity = SEVERITIES[_rank(group)]
        rows.append([code, first.name, severity, str(len(group)), str(fixable or "-"), place])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    out = [_table_row(row, widths, BOLD if row is rows[0] else BOLD_RED, colour) for row in rows]

    safely = sum(applies(found.fix, unsafe=False) for found in diagnostics)
    code = rules[0][0]
    hints = [("stackcheck --fix", f"apply {_count(safely, 'safe fix')}")] if safely else []
    hints.append((f"stackcheck rule {code}", f"why {code} is bad, and what to write instead"))
    left = max(len(command) for command, _ in hints)
    for command, purpose in hints:
        line = [(PLAIN, "  "), (CYAN, command), (PLAIN, f"{' ' * (left - len(command))}  {purpose}")]
        out.append(paint(line, colour=colour))
    out.insert(len(rows), "")
    return "\n".join(out) + "\n"


def _table_row(row: list[str], widths: list[int], style: str, colour: bool) -> str:
    cells = [
        cell.rjust(size) if index in (3, 4) else cell.ljust(size)
        for index, (cell, size) in enumerate(zip(row, widths, strict=True))
    ]
    head: list[Segment] = [(style, row[0]), (PLAIN, " " * (widths[0] - len(row[0])))]
    return paint([*head, (BOLD if style == BOLD else PLAIN, "  " + "  ".join(cells[1:]).rstrip())], colour=colour)


def _rank(group: list[Diagnostic]) -> int:
    return min(SEVERITIES.index(found.severity) for found in group)


def _statistics(diagnostics: Sequence[Diagnostic], *, unsafe: bool) -> list[dict[str, Any]]:
    found = Counter((one.code, one.name) for one in diagnostics)
    fixable = Counter((one.code, one.name) for one in diagnostics if applies(one.fix, unsafe=unsafe))
    return [
        {
            "code": rule[0],
            "name": rule[1],
            "count": count,
            "fixable": fixable[rule] == count,
            "fixable_count": fixable[rule],
        }
        for rule, count in sorted(found.items(), key=lambda item: (-item[1], item[0][1]))
    ]


def _count(number: int, noun: str) -> str:
    plural = "es" if noun.endswith("x") else "s"
    return f"{number} {noun}{'' if number == 1 else plural}"
