"""The `full` report: each finding with its source, its fix and the places that explain it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from stackcheck.finding import Diagnostic, ProposedFix
from stackcheck.report import colour as c
from stackcheck.report.frame import draw_frame
from stackcheck.report.level import applies
from stackcheck.report.patch import draw_patch
from stackcheck.report.place import Lines, shown_path
from stackcheck.report.width import replaced

SEVERITY_STYLE = {"error": c.BRIGHT_RED, "warning": c.BOLD_YELLOW, "info": c.BRIGHT_BLUE}

CAVEATS = {
    "unsafe": (c.BOLD_YELLOW, "This is an unsafe fix and may change runtime behavior"),
    "display": (
        c.BRIGHT_RED,
        "This suggestion may be incorrect or produce invalid syntax. "
        "It requires manual review and cannot be applied automatically",
    ),
}


def render_full(
    diagnostics: Iterable[Diagnostic], texts: Mapping[Path, str], *, cwd: Path, unsafe: bool, colour: bool
) -> str:
    """The report that ruff calls `full`. A file whose text is not in `texts` is shown without source."""
    page = _Page(texts, cwd, unsafe=unsafe, colour=colour)
    return "".join(page.render(found) for found in diagnostics)


class _Page:
    """The texts by lines, each split once, and how to show them."""

    def __init__(self, texts: Mapping[Path, str], cwd: Path, *, unsafe: bool, colour: bool) -> None:
        self.texts = texts
        self.cwd = cwd
        self.unsafe = unsafe
        self.colour = colour
        self.split: dict[Path, Lines] = {}

    def lines(self, path: Path) -> Lines | None:
        if path not in self.split:
            if path not in self.texts:
                return None
            self.split[path] = Lines(self.texts[path])
        return self.split[path]

    def render(self, found: Diagnostic) -> str:
        style = SEVERITY_STYLE[found.severity]
        frame = draw_frame(self.lines(found.path), found.span, style)
        place = f"{shown_path(found.path, self.cwd)}:{found.span.line}:{found.span.column}"
        rows = [self.title(found, style), self.arrow(place, frame.digits)]
        rows += [self.paint(row) for row in frame.rows]
        for related in found.related:
            span = related.place.span
            rows.append(self.remark("note", c.BRIGHT_GREEN, related.message))
            place = f"{shown_path(related.place.path, self.cwd)}:{span.line}:{span.column}"
            rows.append(self.arrow(place, frame.digits))
        text = "\n".join(rows) + "\n"
        return f"{text}{self.mending(found, found.fix)}\n" if found.fix else f"{text}\n"

    def mending(self, found: Diagnostic, fix: ProposedFix) -> str:
        """What the fix does, and either why it will not be applied or its diff."""
        out = self.remark("help", c.BRIGHT_CYAN, fix.title) + "\n"
        if fix.reason:
            why = f"Automatic fix is unavailable because {fix.reason}"
            return out + self.remark("info", c.BRIGHT_BLUE, why) + "\n"
        if lines := self.lines(found.path):
            out += draw_patch(lines, fix.edits, colour=self.colour)
        for other in fix.others:
            lines = Lines("") if other.new_file else self.lines(other.path)
            if lines:
                heading = shown_path(other.path, self.cwd)
                out += draw_patch(lines, other.edits, heading=heading, colour=self.colour)
        if caveat := CAVEATS.get(fix.applicability):
            out += self.remark("note", *caveat) + "\n"
        return out

    def title(self, found: Diagnostic, style: str) -> str:
        star = [(c.PLAIN, " ["), (c.BRIGHT_CYAN, "*"), (c.PLAIN, "]")]
        return self.paint(
            [
                (style, found.code),
                *(star if applies(found.fix, unsafe=self.unsafe) else []),
                *self.emphasised(f" {found.message}"),
            ]
        )

    def remark(self, word: str, style: str, text: str) -> str:
        return self.paint([(style, word), *self.emphasised(f": {text}")])

    def arrow(self, place: str, digits: int) -> str:
        return self.paint([(c.PLAIN, " " * digits), (c.BRIGHT_BLUE, "--> "), (c.PLAIN, place)])

    def emphasised(self, text: str) -> list[c.Segment]:
        """The text in bold; a style ends with its line, as pagers do not carry it over."""
        lines = [replaced(line) for line in text.split("\n")]
        bold: list[c.Segment] = [(c.BOLD, lines[0])]
        for line in lines[1:]:
            bold += [(c.PLAIN, "\n"), (c.BOLD, line)]
        return bold

    def paint(self, segments: list[c.Segment]) -> str:
        return c.paint(segments, colour=self.colour)
