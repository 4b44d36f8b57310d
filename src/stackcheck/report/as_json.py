"""The `json` report, in ruff's keys: what reads ruff's reads this."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from stackcheck.finding import Diagnostic, ProposedFix, Related, Span, TextEdit
from stackcheck.report.place import Lines, printable

Url = Callable[[str], str | None]
Split = Callable[[Path], Lines | None]


def render_json(diagnostics: Iterable[Diagnostic], texts: Mapping[Path, str], *, urls: Url) -> str:
    """An array with one object per finding."""
    import json

    return json.dumps(json_objects(diagnostics, texts, urls=urls), indent=2, ensure_ascii=False) + "\n"


def render_json_lines(diagnostics: Iterable[Diagnostic], texts: Mapping[Path, str], *, urls: Url) -> str:
    """The same objects, one a line."""
    import json

    objects = json_objects(diagnostics, texts, urls=urls)
    return "".join(json.dumps(found, separators=(",", ":"), ensure_ascii=False) + "\n" for found in objects)


def json_objects(diagnostics: Iterable[Diagnostic], texts: Mapping[Path, str], *, urls: Url) -> list[dict[str, Any]]:
    """The findings as values, their keys in order.

    A fix over several files would be half applied by a reader that knows ruff's `fix` alone: it stands
    under `project_fix`. A fix that `--fix` refuses is `displayonly`, which no reader applies.
    """
    split: dict[Path, Lines] = {}

    def lines(path: Path) -> Lines | None:
        if path not in split:
            if path not in texts:
                return None
            split[path] = Lines(texts[path])
        return split[path]

    return [_object(found, lines, urls(found.code)) for found in diagnostics]


def _object(found: Diagnostic, lines: Split, url: str | None) -> dict[str, Any]:
    fix, project = found.fix, bool(found.fix and found.fix.others)
    value: dict[str, Any] = {
        "cell": None,
        "code": found.code,
        "end_location": _location(found.span.end_line, found.span.end_column),
        "filename": printable(str(found.path)),
        "fix": _fix(found, fix, lines) if fix and not project else None,
        "location": _location(found.span.line, found.span.column),
        "message": found.message,
        "name": found.name,
        "noqa_row": found.noqa_line or None,
    }
    if fix and project:
        value["project_fix"] = _project_fix(found, fix, lines)
    if found.related:
        value["related"] = [_related(related) for related in found.related]
    return value | {"severity": found.severity, "url": url}


def _fix(found: Diagnostic, fix: ProposedFix, lines: Split) -> dict[str, Any]:
    return _head(fix) | {"edits": _edits(fix.edits, lines(found.path)), "message": fix.title} | _reason(fix)


def _project_fix(found: Diagnostic, fix: ProposedFix, lines: Split) -> dict[str, Any]:
    files = [(found.path, fix.edits, False)] if fix.edits else []
    files += [(other.path, other.edits, other.new_file) for other in fix.others]
    return (
        _head(fix)
        | {
            "files": [
                {
                    "edits": _edits(edits, Lines("") if new_file else lines(path)),
                    "filename": printable(str(path)),
                    "new_file": new_file,
                }
                for path, edits, new_file in files
            ],
            "message": fix.title,
        }
        | _reason(fix)
    )


def _head(fix: ProposedFix) -> dict[str, Any]:
    shown_only = fix.reason or fix.applicability == "display"
    return {"applicability": "displayonly" if shown_only else fix.applicability}


def _reason(fix: ProposedFix) -> dict[str, Any]:
    return {"reason": fix.reason} if fix.reason else {}


def _edits(edits: Sequence[TextEdit], lines: Lines | None) -> list[dict[str, Any]]:
    return [
        {
            "content": edit.new,
            "end_location": _location(*lines.position(edit.end)) if lines else None,
            "location": _location(*lines.position(edit.start)) if lines else None,
        }
        for edit in edits
    ]


def _related(related: Related) -> dict[str, Any]:
    span: Span = related.place.span
    return {
        "end_location": _location(span.end_line, span.end_column),
        "filename": printable(str(related.place.path)),
        "location": _location(span.line, span.column),
        "message": related.message,
    }


def _location(row: int, column: int) -> dict[str, int]:
    return {"column": column, "row": row}
