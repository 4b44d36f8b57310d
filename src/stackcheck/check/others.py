"""Files that are not Python: parse by kind, hand to the checks of that kind, place, silence."""

from __future__ import annotations

import re
from collections.abc import Callable

from stackcheck.check.checker import guarded
from stackcheck.check.context import Context
from stackcheck.check.placing import place, uncovered
from stackcheck.check.results import Checked, Checks
from stackcheck.check.suppressions import read_suppressions, silences
from stackcheck.formats.requirements import RequirementsDocument, parse_requirements
from stackcheck.formats.toml import TomlDocument, TomlStatement, parse_toml
from stackcheck.index.lines import LINE_END
from stackcheck.rule import Rule

STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')

PARSERS: dict[str, Callable[[str], object]] = {"requirements": parse_requirements, "toml": parse_toml}


def check_document(file: str, kind: str, text: str, checks: Checks, context: Callable[[Rule], Context]) -> Checked:
    """The result of one file; a file that does not parse has none: its own tool reports that."""
    asked = [(rule, check) for rule in checks.rules for wanted, check in rule.file_checks if wanted == kind]
    if not asked:
        return Checked(file, text)
    try:
        document = PARSERS[kind](text)
    except ValueError:
        return Checked(file, text)
    crashes: list[str] = []
    found = [one for rule, check in asked for one in guarded(rule, check, document, context(rule), crashes)]
    hits = uncovered(place(found, text, None, checks, crashes, python=False), checks.rules)
    quiet = read_suppressions(comments_of(document) if checks.noqa else "")
    left = tuple(hit for hit in hits if not silences(quiet, hit.code, hit.name, hit.span.line))
    return Checked(file, text, left, crashes=tuple(crashes))


def comments_of_text(text: str, kind: str) -> str:
    """What `comments_of` gives for the text of a file; of requirements each line is a statement."""
    if kind == "requirements":
        lines = LINE_END.split(text)
        return "\n".join(f"x  #{line.partition('#')[2]}" if "#" in line else "" for line in lines) + "\n"
    try:
        return comments_of(PARSERS[kind](text)) if kind in PARSERS else ""
    except ValueError:
        return ""


def comment_in(line: str) -> str:
    """The comment at the end of a line, which is about what stands in it: `select = [  # noqa`."""
    at = STRING.sub(lambda string: "x" * len(string[0]), line).find("#")
    return line[at:] if at >= 0 and line[:at].strip() else ""


def lines_of(document: TomlDocument, statement: TomlStatement) -> range:
    first = statement.span.line
    return range(first, first + document.text.count("\n", statement.start, statement.end) + 1)


def comments_of(document: object) -> str:
    """A Python text with the document's comments where they stand, for the rules that Python's follow.

    A statement is the name `x` on its first line, with its trailing comment.
    """
    if isinstance(document, RequirementsDocument):
        return comments_of_text(document.text, "requirements")
    if not isinstance(document, TomlDocument):
        return ""
    lines = LINE_END.split(document.text)
    inside = {line for statement in document.statements for line in lines_of(document, statement)}
    # A comment inside a statement, as beside one item of a list, is about its own line.
    kept = [f"x  {comment_in(line)}" if number in inside else line if line.lstrip().startswith("#") else ""
            for number, line in enumerate(lines, start=1)]  # fmt: skip
    for statement in document.statements:
        first = LINE_END.split(document.text[statement.start : statement.end])[0]
        after = document.text[statement.end : statement.line_end].strip()
        kept[statement.span.line - 1] = f"x  {comment_in(first)}  {after}"
    return "\n".join(kept) + "\n"
