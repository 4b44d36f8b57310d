"""Findings as hits: nodes become spans, node replacements text edits, and what another covers goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import libcst as cst

from stackcheck.check.positions import Extents, extents_of
from stackcheck.check.results import Checks, Hit
from stackcheck.finding import Finding, Fix, Span
from stackcheck.fix.guards import loses_comment
from stackcheck.fix.textual import fix_nodes, text_edits
from stackcheck.index.lines import line_starts, span_between
from stackcheck.rule import Rule


def place(
    found: Sequence[tuple[Rule, Finding]],
    text: str,
    module: cst.Module | None,
    checks: Checks,
    crashes: list[str],
    *,
    python: bool,
) -> list[Hit]:
    """Findings as hits: nodes become spans, node replacements become text edits.

    In Python a fix that would lose a comment is dropped.
    """
    wanted = {finding.at for _, finding in found if isinstance(finding.at, cst.CSTNode)}
    for _, finding in found:
        wanted.update(fix_nodes(finding.fix))
    extents = extents_of(module, wanted, text) if wanted and module is not None else None
    starts = line_starts(text)
    hits = []
    for rule, finding in found:
        span = finding.at if isinstance(finding.at, Span) else _span(finding.at, extents, starts)
        severity = checks.severity.get(rule.code, rule.severity)
        hit = Hit(rule.code, rule.name, severity, span, finding.message, finding.related)
        hits.append(_with_fix(hit, finding.fix, rule, text, module, extents, crashes, python=python))
    return hits


def _with_fix(
    hit: Hit, fix: Fix | None, rule: Rule, text: str, module: cst.Module | None, extents: Extents | None,
    crashes: list[str], *, python: bool,
) -> Hit:  # fmt: skip
    if fix is None:
        return hit
    if extents is not None and not extents.trusted:
        return hit
    try:
        edits = text_edits(fix, module, extents, text)
    except (ValueError, KeyError) as error:
        crashes.append(f"{rule.code} ({rule.module}) made a fix that cannot be applied: {error}")
        return hit
    if python and loses_comment(text, edits):
        return hit
    return replace(hit, fix=fix, edits=edits, imports=fix.imports)


def _span(node: cst.CSTNode, extents: Extents | None, starts: list[int]) -> Span:
    if extents is None or node not in extents.of:
        return Span(1, 1, 1, 1)
    extent = extents.of[node]
    return span_between(starts, extent.syntax_start, extent.syntax_end)


def uncovered(hits: Sequence[Hit], rules: Sequence[Rule]) -> Iterator[Hit]:
    """Hits without those that a more specific rule reports at the same place."""
    covers = {rule.code: rule.covers for rule in rules}
    hidden = {(code, hit.span) for hit in hits for code in covers.get(hit.code, ())}
    once = {(hit.span, hit.code, hit.message): hit for hit in reversed(hits)}
    return (hit for _, hit in sorted(once.items()) if (hit.code, hit.span) not in hidden)
