"""A requirements file with the place of every requirement in it.

Source: pip's "Requirements File Format" and PEP 508.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from stackcheck.finding import Span

LINE_END = re.compile(r"\r\n|\r|\n")
REQUIREMENT = re.compile(
    r"[ \t]*(?P<name>[A-Za-z0-9][\w.-]*)[ \t]*(?:\[(?P<extras>[^\]]*)\])?[ \t]*"
    r"(?P<said>[^;#\\]*?)[ \t]*(?=[;#\\]|$)"
)


class RequirementLine(NamedTuple):
    """`name[extras]said`; `start` is the offset of the name, `span` that of all three."""

    name: str
    extras: tuple[str, ...]
    said: str
    start: int
    span: Span


@dataclass(frozen=True)
class RequirementsDocument:
    """A text and its requirements in their order; options, URLs and paths are none."""

    text: str
    lines: tuple[RequirementLine, ...]


def parse_requirements(text: str) -> RequirementsDocument:
    found = []
    start = 0
    for number, line in enumerate(LINE_END.split(text), start=1):
        match = REQUIREMENT.match(line)
        if match and not match["said"].startswith(("/", ":", "+")):
            extras = tuple(extra.strip() for extra in (match["extras"] or "").split(",") if extra.strip())
            span = Span(number, match.start("name") + 1, number, match.end("said") + 1)
            found.append(RequirementLine(match["name"], extras, match["said"], start + match.start("name"), span))
        ending = LINE_END.match(text, start + len(line))
        start += len(line) + (len(ending[0]) if ending else 0)
    return RequirementsDocument(text, tuple(found))
