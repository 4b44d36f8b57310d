"""One file against the rules: gate, parse, walk, place, silence."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import libcst as cst

from stackcheck.check.context import Context, NodeScopes
from stackcheck.check.placing import place, uncovered
from stackcheck.check.results import Checked, Checks, Hit, problem
from stackcheck.check.suppressions import read_suppressions, silences
from stackcheck.check.walk import scopes_of
from stackcheck.finding import Finding, Span
from stackcheck.index.evaluator import Evaluator
from stackcheck.index.outline import Outline
from stackcheck.index.project import Parsed
from stackcheck.index.versions import at_least
from stackcheck.rule import Rule

UNREADABLE, NO_PYTHON = "STK000", "STK001"


def check_python(file: str, evaluator: Evaluator, checks: Checks) -> Checked:
    """Check one Python file of a project."""
    project = evaluator.project
    parsed = project.parsed(file)
    if parsed.source is None:
        return Checked(file, hits=(problem(UNREADABLE, "unreadable-file", Span(1, 1, 1, 1), str(parsed.error)),))
    module: cst.Module | None = None
    if parsed.error is not None:
        module = None if too_deep(parsed.error) else parse_module(parsed.source.text)
        if module is None:
            return Checked(file, parsed.source.text, (syntax_problem(parsed.error, parsed.source.text),))
    work = lambda: _check(file, parsed, module, evaluator, checks)  # noqa: E731 # the work that is recorded
    try:
        checked, questions = project.trace.recorded(work)
    except RecursionError as error:
        return Checked(file, parsed.source.text, (syntax_problem(error, parsed.source.text),))
    return Checked(checked.file, checked.text, checked.hits, questions, checked.crashes, checked.warnings,
                   parsed.error is not None)  # fmt: skip


def _check(file: str, parsed: Parsed, module: cst.Module | None, evaluator: Evaluator, checks: Checks) -> Checked:
    assert parsed.source is not None
    text = parsed.source.text
    known = {name for name, facts in parsed.facts.items() if facts}
    asked = {
        rule: evaluator.project.trace.recorded(partial(applies, rule, evaluator))
        for rule, subjects in checks.subjects
        if (subjects is None or not subjects.isdisjoint(known)) and open_gate(rule, parsed.outline, text)
    }
    rules = [rule for rule, (holds, _) in asked.items() if holds]
    walked = [rule for rule in rules if rule.node_checks]
    if walked and module is None:
        module = parse_module(text)
    scopes = scopes_of(module) if walked and module is not None else None
    crashes: list[str] = []

    def context(rule: Rule) -> Context:
        return Context(file, text, evaluator, options=checks.options.get(rule.name, {}), python=checks.python,
                       line_length=checks.line_length, module=module, scopes=scopes)  # fmt: skip

    found = list(_fact_findings(rules, context, crashes))
    if scopes is not None:
        found += _node_findings(walked, scopes, context, crashes)
    # A rule that applies and finds nothing would find nothing under other versions either.
    counting = {rule for rule, (holds, _) in asked.items() if not holds} | {rule for rule, _ in found}
    for rule in counting:
        for question in asked[rule][1]:
            evaluator.project.trace.ask(question)
    if not found:
        return Checked(file, text, crashes=tuple(crashes))
    suppressions = read_suppressions(text if checks.noqa else "")
    # Covered first: silencing the more specific finding must not bring out the other one.
    hits = uncovered(place(found, text, module, checks, crashes, python=True), checks.rules)
    closed = {rule.code: [span for analysis in rule.outside for span in evaluator.project.facts(analysis.name, file)]
              for rule in rules if rule.outside}  # fmt: skip
    left = tuple(
        hit
        for hit in hits
        if not silences(suppressions, hit.code, hit.name, hit.span.line)
        and not any(begins_in(hit.span, span) for span in closed.get(hit.code, ()))
    )
    return Checked(file, text, left, crashes=tuple(crashes), warnings=suppressions.warnings)


def begins_in(span: Span, around: Span) -> bool:
    return around[:2] <= span[:2] < around[2:]


def open_gate(rule: Rule, outline: Outline, text: str) -> bool:
    """Whether a rule could report in a file at all."""
    match rule.gate:
        case str(word):
            return word in text
        case tuple(words):
            return not words or any(word in text for word in words)
        case ask:
            return ask(outline, text)


def applies(rule: Rule, evaluator: Evaluator) -> bool:
    """Whether the lowest versions that the project allows have the spelling that a rule asks for."""
    project = evaluator.project
    if any(project.version(name) is None for name in rule.versions) and any(
        project.stays_below(name, limit) for name, limit in rule.without.items()
    ):
        return False
    return all(at_least(project.version(name), lowest) for name, lowest in rule.versions.items())


def _fact_findings(
    rules: Sequence[Rule], context: Callable[[Rule], Context], crashes: list[str]
) -> Iterator[tuple[Rule, Finding]]:
    for rule in rules:
        if not rule.fact_checks:
            continue
        ctx = context(rule)
        for analysis, check in rule.fact_checks:
            for fact in ctx.facts(analysis):
                yield from guarded(rule, check, fact, ctx, crashes)


def _node_findings(
    rules: Sequence[Rule], scopes: NodeScopes, context: Callable[[Rule], Context], crashes: list[str]
) -> Iterator[tuple[Rule, Finding]]:
    table: dict[type[cst.CSTNode], list[tuple[Rule, Callable[..., Any], Context]]] = {}
    for rule in rules:
        ctx = context(rule)
        for kind, check in rule.node_checks:
            table.setdefault(kind, []).append((rule, check, ctx))
    for node in scopes.number:
        for rule, check, ctx in table.get(type(node), ()):
            yield from guarded(rule, check, node, ctx, crashes)


def guarded(
    rule: Rule, check: Callable[..., Iterator[Finding]], subject: object, ctx: Context, crashes: list[str]
) -> Iterator[tuple[Rule, Finding]]:
    """The findings of a check; if it breaks down, a line about that instead."""
    try:
        for finding in check(subject, ctx):
            yield rule, finding
    except Exception as error:  # a rule's defect must not cost the findings of the others
        crashes.append(f"{rule.code} ({rule.module}) broke down on {ctx.path}: {type(error).__name__}: {error}")


def parse_module(text: str) -> cst.Module | None:
    """LibCST's tree; None if it is no Python to LibCST either."""
    enabled = gc.isenabled()
    gc.disable()  # half again as fast: the parser makes no garbage that refers to itself
    try:
        return cst.parse_module(text)
    except (cst.ParserSyntaxError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    finally:
        if enabled:
            gc.enable()


def too_deep(error: Exception) -> bool:
    """Whether `ast` gave up on nesting; LibCST's parser would run out of stack on such a file."""
    return isinstance(error, (RecursionError, MemoryError)) or "too many" in str(error)


def syntax_problem(error: Exception, text: str) -> Hit:
    """STK001 for a file that is no Python."""
    if isinstance(error, SyntaxError):
        line, column = max(error.lineno or 1, 1), max(error.offset or 1, 1)
        message = error.msg
    else:
        line, column = 1, 1
        message = "too deeply nested to be read" if too_deep(error) else str(error)
    return problem(NO_PYTHON, "syntax-error", Span(line, column, line, column + 1), message)
