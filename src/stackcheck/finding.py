"""What a rule yields and what a report shows: spans, findings, fixes, diagnostics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import libcst as cst

Applicability = Literal["safe", "unsafe", "display"]
Severity = Literal["error", "warning", "info"]


class Span(NamedTuple):
    """A stretch of source text. Lines from 1, columns from 1 in code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Place(NamedTuple):
    """A span in a named file; `path` is absolute."""

    path: Path
    span: Span


class TextEdit(NamedTuple):
    """Replace `text[start:end]` with `new`. Offsets are code points in the decoded source."""

    start: int
    end: int
    new: str


class ImportRequest(NamedTuple):
    """A wanted `from module import name`, or `import module` where `name` is empty.

    `typing_only` is for a name that only annotations need: it goes under `if TYPE_CHECKING:`.
    """

    module: str
    name: str = ""
    typing_only: bool = False


@dataclass(frozen=True, slots=True)
class FileEdit:
    """Text edits in another file, with the digest of the text they were read from, and the imports they want.

    `new_file` asks for a file that must not exist yet; its single edit then inserts the whole text.
    """

    path: Path
    edits: tuple[TextEdit, ...]
    digest: str
    new_file: bool = False
    imports: tuple[ImportRequest, ...] = ()


@dataclass(frozen=True)
class Fix:
    """How to mend one finding: applied whole or not at all.

    `edits` maps a node to its replacement (`None` removes a statement), or lists text edits on
    this file. `others` are edits in further files. `imports` are wanted by the new code; imports
    that the edit makes useless go by themselves.
    """

    edits: Mapping[Any, cst.CSTNode | None] | tuple[TextEdit, ...]  # keys are nodes; Mapping is invariant in them
    title: str
    imports: tuple[ImportRequest, ...] = ()
    applicability: Applicability = "safe"
    others: tuple[FileEdit, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a finding."""

    place: Place
    message: str


@dataclass(frozen=True)
class Finding:
    """One violation, at a node of the tree that is being walked or at a span of facts."""

    at: cst.CSTNode | Span
    message: str
    fix: Fix | None = None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposedFix:
    """A fix as text: `edits` on the finding's own file, `others` in further files.

    `reason` says why a fix that exists will not be applied by `--fix` (another file not named,
    positions not trusted); it is empty where it will be.
    """

    applicability: Applicability
    title: str
    edits: tuple[TextEdit, ...]
    others: tuple[FileEdit, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One line of the report. `path` is absolute; `noqa_line` is where a `# noqa` would count."""

    path: Path
    span: Span
    code: str
    name: str
    message: str
    severity: Severity = "error"
    fix: ProposedFix | None = None
    related: tuple[Related, ...] = field(default=())
    noqa_line: int = 0

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The order of every report: path, line, column, code, message."""
        return (str(self.path), self.span.line, self.span.column, self.code, self.message)
