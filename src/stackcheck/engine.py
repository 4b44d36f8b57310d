"""Check and fix a project: texts in, results out. Touches no terminal and writes no file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from stackcheck.check.checker import Checked, Checks, Hit, check_python, place, problem, uncovered
from stackcheck.check.context import Context
from stackcheck.check.suppressions import read_suppressions, silences
from stackcheck.files.source import Source, SourceError, read_source
from stackcheck.finding import FileEdit, Finding, Span
from stackcheck.fix.apply import Applied, Surroundings, apply_pass, withhold
from stackcheck.index.evaluator import Evaluator
from stackcheck.index.lines import line_starts, position_at
from stackcheck.index.project import Project
from stackcheck.index.trace import text_digest
from stackcheck.rule import Rule

MOST_PASSES = 10


@dataclass(frozen=True)
class Job:
    """What is to be checked in one project.

    `files` are the named files by kind, relative to the project's root; `checks_of` says what each
    is checked for.
    """

    files: Mapping[str, str]
    checks_of: Callable[[str], Checks]


def check_project(evaluator: Evaluator, job: Job, only: Sequence[str] | None = None) -> dict[str, Checked]:
    """The results of the job's files, or of some of them. Order and company change nothing."""
    results: dict[str, Checked] = {}
    around = surroundings(evaluator, job)
    across = across_findings(evaluator, job)
    for file, kind in job.files.items():
        if only is not None and file not in only:
            continue
        checks = job.checks_of(file)
        if kind == "python":
            checked = check_python(file, evaluator, checks)
            found = across.get(file)
            if found:
                checked = with_findings(checked, found, checks, evaluator)
        else:
            checked = check_other(file, kind, evaluator, checks)
        left, asked = evaluator.project.trace.recorded(partial(withhold, checked, around, evaluator.project))
        results[file] = replace(left, questions=checked.questions | asked)
    return results


def across_findings(evaluator: Evaluator, job: Job) -> dict[str, list[tuple[Rule, Finding]]]:
    """Findings of checks that see a whole analysis at once, by file."""
    rules = {rule for file in job.files for rule in job.checks_of(file).rules if rule.across_checks}
    found: dict[str, list[tuple[Rule, Finding]]] = {}
    for rule in sorted(rules, key=lambda rule: rule.code):
        for analysis, check in rule.across_checks:
            for file, finding in check(evaluator.merged(analysis.name)):
                found.setdefault(file, []).append((rule, finding))
    return found


def with_findings(
    checked: Checked, found: Sequence[tuple[Rule, Finding]], checks: Checks, evaluator: Evaluator
) -> Checked:
    """A file's result with findings that came from elsewhere, silenced as its own are."""
    selected = [(rule, finding) for rule, finding in found if rule in checks.rules]
    hits = place(selected, checked.text, None, checks, [])
    quiet = read_suppressions(checked.text if checks.noqa else "")
    left = [hit for hit in hits if not silences(quiet, hit.code, hit.name, hit.span.line)]
    return replace(checked, hits=tuple(uncovered([*checked.hits, *left], checks.rules)))


def check_other(file: str, kind: str, evaluator: Evaluator, checks: Checks) -> Checked:
    """Check one file that is not Python."""
    from stackcheck.check.others import check_document

    try:
        source = evaluator.project.text_of(file)
    except SourceError as error:
        return Checked(file, hits=(problem("STK000", "unreadable-file", Span(1, 1, 1, 1), str(error)),))
    context = lambda rule: Context(  # noqa: E731 # built once for each rule that asks
        file, source.text, evaluator, options=checks.options.get(rule.name, {}), python=checks.python,
        line_length=checks.line_length,
    )  # fmt: skip
    work = lambda: check_document(file, kind, source.text, checks, context)  # noqa: E731 # the recorded work
    checked, questions = evaluator.project.trace.recorded(work)
    return replace(checked, questions=questions)


def surroundings(evaluator: Evaluator, job: Job) -> Surroundings:
    project = evaluator.project

    def file_of(path: Path) -> str | None:
        try:
            return path.relative_to(project.root).as_posix()
        except ValueError:
            return None

    def is_first_party(name: str) -> bool:
        return project.first_party(name)

    return Surroundings(
        line_length=lambda file: job.checks_of(file).line_length,
        is_first_party=is_first_party,
        is_reexported=project.is_imported_from,
        file_of=file_of,
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


@dataclass(frozen=True)
class Fixed:
    """The outcome of fixing: texts that changed, what is left to report, what was mended."""

    texts: Mapping[str, str]
    results: Mapping[str, Checked]
    mended: tuple[tuple[str, Hit], ...]
    errors: tuple[str, ...]
    created: frozenset[str]
    evaluator: Evaluator


def unfixed(before: Checked, why: Hit) -> Checked:
    """The result of a file that could not be written: what was found in it, and the reason."""
    return replace(before, hits=(why, *before.hits))


def fix_project(
    evaluator: Evaluator, job: Job, wanted: Callable[[Hit], bool], before: Mapping[str, Checked] | None = None
) -> Fixed:
    """Fix until nothing is left to fix. Only files whose recorded answers changed are checked again."""
    results = dict(before) if before is not None else check_project(evaluator, job)
    texts: dict[str, str] = {}
    mended: list[tuple[str, Hit]] = []
    errors: list[str] = []
    created: set[str] = set()
    refused: set[tuple[str, str]] = set()
    for number in range(MOST_PASSES):
        left = partial(is_wanted, wanted, frozenset(refused))
        applied = apply_pass(results, left, surroundings(evaluator, job))
        errors += applied.errors
        if not applied.texts:
            break
        following = Evaluator(evaluator.project.with_texts(applied.texts), evaluator.table)
        stale = outdated(results, applied, evaluator, following, job)
        checked = {**results, **check_project(following, job, stale)}
        worse = made_worse(results, checked, applied)
        if worse:
            errors += [f"{code}: a fix in {file} would add findings; it is dropped" for file, code in sorted(worse)]
            refused |= {(hit.code, hit.message) for file, hit in applied.mended if file in {f for f, _ in worse}}
            continue
        evaluator, results = following, checked
        texts.update(applied.texts)
        mended += applied.mended
        created |= applied.created
        if number == MOST_PASSES - 1:
            errors.append(f"fixes did not come to rest after {MOST_PASSES} passes; please report this")
    return Fixed(texts, results, tuple(mended), tuple(errors), frozenset(created), evaluator)


def is_wanted(wanted: Callable[[Hit], bool], refused: frozenset[tuple[str, str]], hit: Hit) -> bool:
    return wanted(hit) and (hit.code, hit.message) not in refused


def outdated(
    results: Mapping[str, Checked], applied: Applied, before: Evaluator, following: Evaluator, job: Job
) -> list[str]:
    """Files whose text changed, or one of whose answers is another now."""
    old, new = (found_across(evaluator, job) for evaluator in (before, following))
    return [
        file
        for file, result in results.items()
        if file in applied.texts
        or old.get(file) != new.get(file)
        or any(before.answer(asked) != following.answer(asked) for asked in result.questions)
    ]


def found_across(evaluator: Evaluator, job: Job) -> dict[str, list[tuple[str, object, str]]]:
    """What checks of whole analyses find in each file, to be compared."""
    found = across_findings(evaluator, job)
    return {file: [(rule.code, one.at, one.message) for rule, one in pairs] for file, pairs in found.items()}


def made_worse(before: Mapping[str, Checked], after: Mapping[str, Checked], applied: Applied) -> set[tuple[str, str]]:
    """(file, code) of findings that the fixes of a pass brought into the files they edited."""
    worse = set()
    for file in applied.texts:
        old = Counter(hit.code for hit in before[file].hits) if file in before else Counter()
        new = Counter(hit.code for hit in after[file].hits) if file in after else Counter()
        worse |= {(file, code) for code, count in new.items() if count > old[code]}
    return worse


__all__ = ["Job", "Source", "check_project", "fix_project", "read_source"]
