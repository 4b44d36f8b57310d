"""The check command: from paths to a report, written files and an exit code."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from stackcheck.check.results import Checked, Hit, problem
from stackcheck.check.suppressions import noqa_line, read_suppressions
from stackcheck.command.output import Outcome, print_outcome
from stackcheck.command.projects import Setup, group_by_project, open_project, rule_options, selected_in
from stackcheck.engine import Job, check_project, surroundings
from stackcheck.files.discover import FoundFile, discover
from stackcheck.files.journal import NAME, finish, write_set
from stackcheck.files.source import Source, SourceError, decode_source
from stackcheck.files.write import WriteError, write_text
from stackcheck.finding import Diagnostic, ProposedFix, Span
from stackcheck.fix.apply import with_import_edits
from stackcheck.fix.passes import Fixed, fix_project, unfixed
from stackcheck.fix.sets import fix_groups
from stackcheck.index.evaluator import Evaluator
from stackcheck.registry import load_rules
from stackcheck.settings.error import SettingsError
from stackcheck.settings.load import Loader, settings_in
from stackcheck.settings.options import Settings

STDIN = "-"


@dataclass(frozen=True)
class Request:
    """What the command line asked for; `overrides` are keys of the configuration."""

    paths: tuple[str, ...]
    overrides: Mapping[str, object]
    diff: bool = False
    fix_only: bool = False
    output_file: Path | None = None
    statistics: bool = False
    exit_zero: bool = False
    exit_non_zero_on_fix: bool = False
    stdin_filename: str | None = None
    config: Path | None = None
    isolated: bool = False
    noqa: bool = True
    rules: tuple[Path, ...] = ()
    color: Literal["auto", "always", "never"] = "auto"
    quiet: bool = False
    verbose: bool = False


@dataclass
class Totals:
    """What the projects of a run add up to."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    texts: dict[Path, str] = field(default_factory=dict)
    changed: dict[Path, tuple[str, str]] = field(default_factory=dict)
    mended: dict[Path, Counter[tuple[str, str]]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    unknown_syntax: int = 0


def run_check(request: Request) -> int:
    """Check, report, and return the exit code. SettingsError for wrong usage."""
    rules = load_rules(request.rules)
    loader = Loader(Path.cwd(), request.config, request.isolated, request.overrides, rule_options(rules))
    setup = Setup(rules, loader, request.noqa)
    run_settings = settings_in(loader.cwd, loader)
    stdin = read_stdin(request, loader.cwd)
    paths = [Path(path) for path in request.paths if path != STDIN]
    found = discover(paths, lambda folder: settings_in(folder, loader))
    files = [*found.files, *([FoundFile(stdin.path, "python", explicit=True)] if stdin else [])]
    named = [Path(os.path.abspath(path)) for path in paths]
    totals = Totals()
    for path, reason in found.unreadable:
        add_problem(totals, path, reason)
    if not files and not found.missing:
        warn(request, "no Python files found under the given paths")
    for root, members in group_by_project(files, named, setup).items():
        if request.verbose:
            print(f"project {root}: {len(members)} files to check", file=sys.stderr)
        evaluator, job = open_project(root, members, setup, {stdin.path: stdin} if stdin else None)
        if run_settings.fix:
            fix_files(root, evaluator, job, setup, run_settings, request, totals, stdin)
        else:
            results = check_project(evaluator, job)
            add_results(root, results, evaluator, job, setup, totals)
    totals.diagnostics.sort(key=lambda diagnostic: diagnostic.order)
    complain(request, found.missing, setup, totals)
    outcome = Outcome(tuple(totals.diagnostics), totals.texts, totals.changed, totals.mended, stdin)
    print_outcome(outcome, request, run_settings)
    return exit_code(request, bool(found.missing) or bool(totals.crashes), outcome)


def exit_code(request: Request, failed: bool, outcome: Outcome) -> int:
    """0 clean or all fixed, 1 findings, 2 for what went wrong with the run itself."""
    if failed:
        return 2
    if request.diff:
        return 1 if outcome.changed else 0
    if request.exit_non_zero_on_fix and outcome.mended:
        return 1
    if request.exit_zero or request.fix_only:
        return 0
    return 1 if outcome.diagnostics else 0


def read_stdin(request: Request, cwd: Path) -> Source | None:
    """Stdin as the text of `--stdin-filename`, where it was asked for."""
    if STDIN not in request.paths:
        return None
    if len(request.paths) > 1:
        raise SettingsError("`-` reads stdin and goes with no other path")
    path = Path(os.path.abspath(cwd / (request.stdin_filename or "stdin.py")))
    try:
        return decode_source(path, sys.stdin.buffer.read())
    except SourceError as error:
        raise SettingsError(f"stdin: {error}") from None


def fix_files(
    root: Path, evaluator: Evaluator, job: Job, setup: Setup, settings: Settings, request: Request,
    totals: Totals, stdin: Source | None,
) -> None:  # fmt: skip
    """Fix one project, write what changed, and add what is left to the totals."""
    try:
        if not request.diff and finish(root):
            print(f"finished writing an interrupted set of fixes in {root}", file=sys.stderr)
    except WriteError as error:
        raise SettingsError(f"{root / NAME}: an interrupted set of fixes cannot be finished: {error}") from None
    levels = {"safe", "unsafe"} if settings.unsafe_fixes else {"safe"}

    def wanted(file: str, hit: Hit) -> bool:
        fixable = selected_in(settings_in((root / file).parent, setup.loader), setup).fixable
        return hit.fix is not None and hit.fix.applicability in levels and hit.code in fixable

    before = check_project(evaluator, job)
    fixed = fix_project(evaluator, job, wanted, before)
    totals.errors += fixed.errors
    failed: dict[str, str] = {}
    if not request.diff and stdin is None:
        failed = write_all(root, evaluator, fixed)
    for file, text in fixed.texts.items():
        if file not in failed:
            old = evaluator.project.text_of(file).text if file not in fixed.created else ""
            totals.changed[root / file] = (old, text)
    for file, hit in fixed.mended:
        if file not in failed:
            totals.mended.setdefault(root / file, Counter())[hit.code, hit.name] += 1
    results = dict(fixed.results)
    for file, reason in failed.items():
        # Its own findings are all still there, and the reason why is one more.
        why = problem("STK000", "unreadable-file", Span(1, 1, 1, 1), reason)
        results[file] = unfixed(before.get(file, Checked(file)), why)
    add_results(root, results, fixed.evaluator, job, setup, totals)


def write_all(root: Path, evaluator: Evaluator, fixed: Fixed) -> dict[str, str]:
    """Write the fixed files, sets together; the files that were left as they are, with the reason."""
    failed: dict[str, str] = {}
    for group in fix_groups(fixed):
        sources = {file: None if file in fixed.created else evaluator.project.text_of(file) for file in group}
        try:
            if len(group) == 1 and (source := sources[group[0]]) is not None:
                write_text(source, fixed.texts[group[0]])
            else:
                write_set(root, {root / file: (sources[file], fixed.texts[file]) for file in group})
        except WriteError as error:
            failed |= dict.fromkeys(group, str(error))
    return failed


def add_results(
    root: Path, results: Mapping[str, Checked], evaluator: Evaluator, job: Job, setup: Setup, totals: Totals
) -> None:
    around = surroundings(evaluator, job)
    totals.crashes += evaluator.project.crashes
    shows_edits = settings_in(setup.loader.cwd, setup.loader).output_format != "concise"
    for file, checked in results.items():
        result = with_import_edits(checked, around) if shows_edits else checked
        path = root / file
        fixable = selected_in(settings_in(path.parent, setup.loader), setup).fixable
        totals.crashes += result.crashes
        totals.unknown_syntax += result.unknown_syntax
        # A malformed suppression of another tool is for that tool to warn of.
        ours = [(line, text) for line, text in result.warnings if "stackcheck:" in text]
        totals.errors += [f"{path}:{line}: {text}" for line, text in ours]
        if result.hits:
            totals.texts[path] = result.text
        suppressions = read_suppressions(result.text)
        for hit in result.hits:
            row = noqa_line(suppressions, hit.span.line) if shows_edits and path.suffix == ".py" else hit.span.line
            totals.diagnostics.append(diagnostic(path, hit, fixable, row))
            for other in hit.fix.others if hit.fix else ():
                if not other.new_file:
                    totals.texts[other.path] = evaluator.project.text_of(other.path.relative_to(root).as_posix()).text


def diagnostic(path: Path, hit: Hit, fixable: frozenset[str], noqa_row: int) -> Diagnostic:
    """A hit as the report shows it."""
    fix = None
    if hit.fix is not None and hit.edits is not None and hit.code in fixable:
        fix = ProposedFix(hit.fix.applicability, hit.fix.title, hit.all_edits, hit.fix.others, hit.reason)
    return Diagnostic(path, hit.span, hit.code, hit.name, hit.message, hit.severity, fix, hit.related, noqa_row)


def add_problem(totals: Totals, path: Path, reason: str) -> None:
    span = Span(1, 1, 1, 1)
    totals.diagnostics.append(Diagnostic(path, span, "STK000", "unreadable-file", reason, noqa_line=1))


def complain(request: Request, missing: Sequence[Path], setup: Setup, totals: Totals) -> None:
    """What went wrong, on stderr."""
    for path in missing:
        print(f"error: {path}: no such file or folder", file=sys.stderr)
    for crash in dict.fromkeys(totals.crashes):
        print(f"error: {crash}; this is a bug in the rule, please report it", file=sys.stderr)
    for text in dict.fromkeys(totals.errors):
        warn(request, text)
    if totals.unknown_syntax:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        warn(request, f"{totals.unknown_syntax} files have syntax newer than Python {version} and were checked by "
             "fewer rules; run stackcheck on the Python that they are written for")  # fmt: skip
    for selected in setup.selected.values():
        for text in selected.warnings:
            warn(request, text)


def warn(request: Request, text: str) -> None:
    if not request.quiet:
        print(f"warning: {text}", file=sys.stderr)
