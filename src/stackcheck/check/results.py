"""What a file is checked for, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from stackcheck.finding import Fix, ImportRequest, Related, Severity, Span, TextEdit
from stackcheck.index.trace import Question
from stackcheck.rule import Rule


@dataclass(frozen=True, eq=False)
class Hit:
    """A finding with its place in the text; `edits` is None where there is no fix to apply here."""

    code: str
    name: str
    severity: Severity
    span: Span
    message: str
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    edits: tuple[TextEdit, ...] | None = None
    imports: tuple[ImportRequest, ...] = ()
    reason: str = ""
    import_edits: tuple[TextEdit, ...] = ()

    @property
    def all_edits(self) -> tuple[TextEdit, ...]:
        """The edits of the fix with those that its imports need."""
        return tuple(sorted([*(self.edits or ()), *self.import_edits]))


@dataclass(frozen=True)
class Checked:
    """The result of one file: what was found, what was asked, which rules broke down."""

    file: str
    text: str = ""
    hits: tuple[Hit, ...] = ()
    questions: frozenset[Question] = frozenset()
    crashes: tuple[str, ...] = ()
    warnings: tuple[tuple[int, str], ...] = ()
    unknown_syntax: bool = False


@dataclass(frozen=True)
class Checks:
    """What a file is checked for: rules that are selected for it, and their options."""

    rules: tuple[Rule, ...]
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    python: tuple[int, int] = (3, 11)
    line_length: int = 88
    noqa: bool = True

    @cached_property
    def subjects(self) -> tuple[tuple[Rule, frozenset[str] | None], ...]:
        """Each rule with the analyses of whose facts it checks each; None for one that checks nodes."""
        return tuple(
            (rule, None if rule.node_checks else frozenset(analysis.name for analysis, _ in rule.fact_checks))
            for rule in self.rules
        )


def problem(code: str, name: str, span: Span, message: str) -> Hit:
    return Hit(code, name, "error", span, message)
