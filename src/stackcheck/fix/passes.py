"""Fix a project in passes, until nothing is left to fix. Writes no file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from stackcheck.check.results import Checked, Hit
from stackcheck.engine import Job, across_findings, check_project, surroundings
from stackcheck.fix.apply import Applied, Surroundings, apply_pass
from stackcheck.index.evaluator import Evaluator

MOST_PASSES = 10


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
    evaluator: Evaluator, job: Job, wanted: Callable[[str, Hit], bool], before: Mapping[str, Checked] | None = None
) -> Fixed:
    """Fix until nothing is left to fix. Only files whose recorded answers changed are checked again."""
    results = dict(before) if before is not None else check_project(evaluator, job)
    texts: dict[str, str] = {}
    mended: list[tuple[str, Hit]] = []
    errors: list[str] = []
    created: set[str] = set()
    refused: set[tuple[str, str, str]] = set()
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
            around = surroundings(evaluator, job)
            for file in {file for file, _ in worse}:
                guilty = guilty_codes(file, evaluator, job, results, applied, left, around)
                refused |= {(f, hit.code, hit.message) for f, hit in applied.mended if f == file and hit.code in guilty}
            continue
        evaluator, results = following, checked
        texts.update(applied.texts)
        mended += applied.mended
        created |= applied.created
        if number == MOST_PASSES - 1:
            errors.append(f"fixes did not come to rest after {MOST_PASSES} passes; please report this")
    return Fixed(texts, results, tuple(mended), tuple(errors), frozenset(created), evaluator)


def guilty_codes(
    file: str, evaluator: Evaluator, job: Job, results: Mapping[str, Checked], applied: Applied,
    wanted: Callable[[str, Hit], bool], around: Surroundings,
) -> set[str]:  # fmt: skip
    """The codes of which a file's fixes alone bring a finding into it; all that were mended if it takes several."""
    mended = {hit.code for other, hit in applied.mended if other == file}
    guilty = set()
    for code in mended if len(mended) > 1 else ():
        alone = apply_pass(results, partial(is_of, wanted, file, code), around)
        following = Evaluator(evaluator.project.with_texts(alone.texts), evaluator.table)
        if made_worse(results, check_project(following, job, list(alone.texts)), alone):
            guilty.add(code)
    return guilty or mended


def is_of(wanted: Callable[[str, Hit], bool], file: str, code: str, other: str, hit: Hit) -> bool:
    return other == file and hit.code == code and wanted(other, hit)


def is_wanted(
    wanted: Callable[[str, Hit], bool], refused: frozenset[tuple[str, str, str]], file: str, hit: Hit
) -> bool:
    return wanted(file, hit) and (file, hit.code, hit.message) not in refused


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
    found, _ = across_findings(evaluator, job)
    return {file: [(rule.code, one.at, one.message) for rule, one in pairs] for file, pairs in found.items()}


def made_worse(before: Mapping[str, Checked], after: Mapping[str, Checked], applied: Applied) -> set[tuple[str, str]]:
    """(file, code) of findings that the fixes of a pass brought into the files they edited."""
    worse = set()
    for file in applied.texts:
        old = Counter(hit.code for hit in before[file].hits) if file in before else Counter()
        new = Counter(hit.code for hit in after[file].hits) if file in after else Counter()
        worse |= {(file, code) for code, count in new.items() if count > old[code]}
    return worse
