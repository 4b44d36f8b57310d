"""Check a project: texts in, results out. Touches no terminal and writes no file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from stackcheck.check.checker import applies, check_python
from stackcheck.check.context import Context
from stackcheck.check.pins import is_held_back, pins_of
from stackcheck.check.placing import place, uncovered
from stackcheck.check.results import Checked, Checks, Hit, problem
from stackcheck.check.suppressions import read_suppressions, silences
from stackcheck.files.source import SourceError
from stackcheck.finding import FileEdit, Finding, Span
from stackcheck.fix.apply import Surroundings, withhold
from stackcheck.index.evaluator import Evaluator
from stackcheck.index.lines import line_starts, position_at
from stackcheck.index.project import Project
from stackcheck.index.trace import text_digest
from stackcheck.rule import Rule


@dataclass(frozen=True)
class Job:
    """What is to be checked in one project.

    `files` are the named files by kind, relative to the project's root; `checks_of` says what each
    is checked for; `whole` names the Python files of a run over the whole project.
    """

    files: Mapping[str, str]
    checks_of: Callable[[str], Checks]
    whole: Callable[[], Sequence[str]] = tuple


def check_project(evaluator: Evaluator, job: Job, only: Sequence[str] | None = None) -> dict[str, Checked]:
    """The results of the job's files, or of some of them. Order and company change nothing."""
    results: dict[str, Checked] = {}
    around = surroundings(evaluator, job)
    across, crashes = across_findings(evaluator, job)
    others = tuple(file for file, kind in job.files.items() if kind != "python")
    pinned_findings, broken = pin_findings(evaluator, job, only)
    crashes += broken
    for file, rule, finding in pinned_findings:
        across.setdefault(file, []).append((rule, finding))
    for file, kind in job.files.items():
        if only is not None and file not in only:
            continue
        checks = job.checks_of(file)
        if kind == "python":
            checked = check_python(file, evaluator, checks)
        else:
            checked = check_other(file, kind, evaluator, checks)
        if file in across:
            checked = with_findings(checked, kind, across[file], checks)
        if kind != "python":
            pinned, asked = evaluator.project.trace.recorded(partial(is_held_back, evaluator, checks))
            everything = {("whole", others)} if pinned else set()
            checked = replace(checked, questions=checked.questions | asked | everything)
        left, asked = evaluator.project.trace.recorded(partial(withhold, checked, around, evaluator.project))
        results[file] = replace(left, questions=checked.questions | asked, crashes=left.crashes + crashes)
    return results


def across_findings(evaluator: Evaluator, job: Job) -> tuple[dict[str, list[tuple[Rule, Finding]]], tuple[str, ...]]:
    """Findings of checks that see a whole analysis at once, by file; and which of those broke down."""
    rules = {rule for file in job.files for rule in job.checks_of(file).rules if rule.across_checks}
    found: dict[str, list[tuple[Rule, Finding]]] = {}
    crashes = []
    for rule in sorted(rules, key=lambda rule: rule.code):
        for analysis, check in rule.across_checks if applies(rule, evaluator) else ():
            try:
                for file, finding in check(evaluator.merged(analysis.name)):
                    found.setdefault(file, []).append((rule, finding))
            except Exception as error:  # a rule's defect must not cost the findings of the others
                crashes.append(breakdown(rule, error))
    return found, tuple(crashes)


def breakdown(rule: Rule, error: Exception) -> str:
    return f"{rule.code} ({rule.module}) broke down: {type(error).__name__}: {error}"


def pin_findings(
    evaluator: Evaluator, job: Job, only: Sequence[str] | None
) -> tuple[list[tuple[str, Rule, Finding]], tuple[str, ...]]:
    """Findings at the requirements that hold a project back, in those of the job's files that are wanted.

    And which of the rules that make them broke down.
    """
    tooling = {file: job.checks_of(file) for file, kind in job.files.items() if kind != "python"}
    asked = [file for file, checks in tooling.items() if any(rule.pin_checks for rule in checks.rules)]
    if not asked or (only is not None and not set(asked) & set(only)):
        return [], ()
    python = [*dict.fromkeys([*job.whole(), *(file for file, kind in job.files.items() if kind == "python")])]
    found, crashes = [], []
    for file, rule, check, pin in pins_of(evaluator, tooling, {file: job.checks_of(file) for file in sorted(python)}):
        try:
            found += [(file, rule, finding) for finding in check(pin)]
        except Exception as error:  # as in `across_findings`
            crashes.append(breakdown(rule, error))
    return found, tuple(crashes)


def with_findings(checked: Checked, kind: str, found: Sequence[tuple[Rule, Finding]], checks: Checks) -> Checked:
    """A file's result with findings that came from elsewhere, silenced as its own are."""
    selected = [(rule, finding) for rule, finding in found if rule in checks.rules]
    hits = place(selected, checked.text, None, checks, [], python=kind == "python")
    quiet = read_suppressions(comments_in(checked.text, kind) if checks.noqa else "")
    left = [hit for hit in hits if not silences(quiet, hit.code, hit.name, hit.span.line)]
    return replace(checked, hits=tuple(uncovered([*checked.hits, *left], checks.rules)))


def comments_in(text: str, kind: str) -> str:
    """A Python text with the comments of a file where they stand."""
    if kind == "python":
        return text
    from stackcheck.check.others import comments_of_text

    return comments_of_text(text, kind)


def check_other(file: str, kind: str, evaluator: Evaluator, checks: Checks) -> Checked:
    """Check one file that is not Python."""
    from stackcheck.check.others import PARSERS, check_document

    if kind not in PARSERS:
        return Checked(file, evaluator.project.text_or_none(file) or "")  # no rule reads it; a pin may stand in it
    try:
        source = evaluator.project.text_of(file)
    except SourceError as error:
        return Checked(file, hits=(problem("STK000", "unreadable-file", Span(1, 1, 1, 1), str(error)),))
    context = lambda rule: Context(  # noqa: E731 # built once for each rule that asks
        file, source.text, evaluator, options=checks.options.get(rule.name, {}), python=checks.python,
        line_length=checks.line_length,
    )  # fmt: skip

    def work() -> Checked:
        rules = tuple(rule for rule in checks.rules if rule.file_checks and applies(rule, evaluator))
        return check_document(file, kind, source.text, replace(checks, rules=rules), context)

    checked, questions = evaluator.project.trace.recorded(work)
    return replace(checked, questions=questions)


def surroundings(evaluator: Evaluator, job: Job) -> Surroundings:
    project = evaluator.project

    def file_of(path: Path) -> str | None:
        try:
            return path.relative_to(project.root).as_posix()
        except ValueError:
            return None

    return Surroundings(
        line_length=lambda file: job.checks_of(file).line_length,
        is_first_party=project.first_party,
        is_reexported=project.is_imported_from,
        file_of=file_of,
        text_of=project.text_or_none,
        obstacle=partial(obstacle, job, project),
    )


def obstacle(job: Job, project: Project, file: str, other: FileEdit, hit: Hit) -> str:
    """Why a fix of a file may not change another one; empty if it may."""
    try:
        name = other.path.relative_to(project.root).as_posix()
    except ValueError:
        return f"it also changes {other.path}, which is outside the project"
    if other.new_file:
        return f"it would create {name}, which exists already" if other.path.exists() else ""
    if name not in job.files:
        common = os.path.commonpath([project.root / file, other.path])
        return f"it also changes {name}, which is not checked; `stackcheck {common} --fix` applies it"
    if all(rule.code != hit.code for rule in job.checks_of(name).rules):
        return f"it also changes {name}, where {hit.code} is ignored"
    text = project.text_of(name).text
    if text_digest(text) != other.digest:
        return f"{name} has changed meanwhile"
    quiet, starts = read_suppressions(text), line_starts(text)
    lines = {position_at(starts, edit.start)[0] for edit in other.edits}
    if any(silences(quiet, hit.code, hit.name, line) for line in lines):
        return f"it also changes {name}, where {hit.code} is suppressed"
    return ""
