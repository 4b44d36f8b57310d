"""What a project's pin to an old release hides: findings of the rules that need a newer one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from stackcheck.check.checker import applies, check_python
from stackcheck.check.results import Checks
from stackcheck.finding import Finding, Span
from stackcheck.index.evaluator import Evaluator
from stackcheck.index.requirements import Requirement, find_requirements
from stackcheck.index.versions import PROJECT_FILES, is_below, says_versions
from stackcheck.rule import Pin, PinCheck, Rule

HEAD = Span(1, 1, 1, 1)


def pins_of(
    evaluator: Evaluator, tooling: Mapping[str, Checks], python: Mapping[str, Checks]
) -> Iterator[tuple[str, Rule, Callable[[Pin], Iterator[Finding]], Pin]]:
    """The requirements that keep a project on old releases, by the tooling file, with the check of a rule of each.

    `tooling` are the files to report in and `python` all that a pin may hide something in, with
    what each is checked for.
    """
    names = sorted(filter(says_versions, tooling), key=lambda file: (file not in PROJECT_FILES, file))
    for rule in dict.fromkeys(rule for checks in tooling.values() for rule in checks.rules):
        for asked in rule.pin_checks:
            package = keeping_back(rule, asked, evaluator)
            limit = rule.without.get(package, asked.limit)
            place = requirement_of(package, limit, evaluator, names) if package else None
            if place is not None and rule in tooling[place.file].rules:
                counts = hidden_by(asked, evaluator, python)
                if not counts and place.span == HEAD:
                    continue  # some package's own requirement that this project's code has nothing to do with
                pin = Pin(asked.package, asked.limit, package, place.said, place.span, sum(counts), len(counts))
                yield place.file, rule, asked.check, pin


def is_held_back(evaluator: Evaluator, checks: Checks) -> bool:
    """Whether some rule of a file's has a pin to report in this project."""
    return any(keeping_back(rule, asked, evaluator) for rule in checks.rules for asked in rule.pin_checks)


def keeping_back(rule: Rule, asked: PinCheck, evaluator: Evaluator) -> str:
    """The package whose pin keeps a project below a release; empty where none does."""
    project = evaluator.project
    if project.is_target(asked.package):
        return ""  # the user has decided
    if project.stays_below(asked.package, asked.limit):
        return asked.package
    if project.version(asked.package) is not None:
        return ""
    return next((name for name, limit in rule.without.items() if project.stays_below(name, limit)), "")


def requirement_of(package: str, limit: str, evaluator: Evaluator, files: Sequence[str]) -> Requirement | None:
    """Where a package is held back; the head of the first file where only a lock says so."""
    found = find_requirements(package, files, evaluator.project.text_or_none)
    pins = [one for one in found if is_below(one.said, limit)]
    heads = [Requirement(file, HEAD, "") for file in files]
    return next(iter([*pins, *found, *heads]), None)


def hidden_by(asked: PinCheck, evaluator: Evaluator, python: Mapping[str, Checks]) -> list[int]:
    """How many findings a newer release would bring, for each file that has any."""
    following = Evaluator(evaluator.project.aimed_at({asked.package: asked.limit}), evaluator.table)
    known = evaluator.project.analyses
    counts = []
    for file, checks in python.items():
        rules = [rule for rule in checks.rules if all(one.name in known for one in rule.analyses)]
        hidden = [rule for rule in rules if not applies(rule, evaluator) and applies(rule, following)]
        codes = {rule.code for rule in hidden}
        hits = check_python(file, following, replace(checks, rules=tuple(hidden))).hits if hidden else ()
        counts.append(sum(hit.code in codes for hit in hits))
    return [count for count in counts if count]
