"""Where a project says which releases of a package it wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from stackcheck.finding import Span
from stackcheck.index.lines import LINE_END

# `==1.10.2`, ` = "^1.9"`, ` = {version = ">=1", …}`
CLAUSE = r'(?:"?\s*=\s*(?:\{[^}]*\bversion\s*=\s*)?")?\s*(?P<said>(?:===|==|~=|>=|<=|!=|>|<|\^|~)?\s*\d[^"\';#\])]*)'
BEFORE = re.compile(r"""\s*|.*[\[,=(]\s*["']|\s*["']""")  # of `plugins = ["pydantic.mypy"]` the name ends too late


class Requirement(NamedTuple):
    """A requirement in a file: its place and the versions it asks for, empty where it says none."""

    file: str
    span: Span
    said: str


def find_requirements(package: str, files: Iterable[str], text_of: Callable[[str], str | None]) -> list[Requirement]:
    """The requirements of a package in some files, those that say versions first; no text, no requirements."""
    name = re.escape(package).replace(r"\-", "[-_.]")
    pattern = re.compile(rf"(?<![\w./-]){name}(?![\w./-])(?:\s*\[[^\]]*\])?(?:{CLAUSE})?", re.IGNORECASE)
    found = [
        Requirement(file, Span(number, match.start() + 1, number, match.end() + 1), (match["said"] or "").strip(" ,"))
        for file in files
        for number, line in enumerate(LINE_END.split(text_of(file) or ""), start=1)
        for match in pattern.finditer(line.partition("#")[0])
        if BEFORE.fullmatch(line[: match.start()])
    ]
    return sorted(found, key=lambda one: not one.said)
