"""When a report is coloured, and with what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

ColourChoice = Literal["auto", "always", "never"]

PLAIN = ""
BOLD = "\x1b[1m"
RED = "\x1b[31m"
GREEN = "\x1b[32m"
CYAN = "\x1b[36m"
BOLD_RED = "\x1b[1m\x1b[31m"
BOLD_GREEN = "\x1b[1m\x1b[32m"
BOLD_YELLOW = "\x1b[1m\x1b[33m"
BRIGHT_RED = "\x1b[1m\x1b[91m"
BRIGHT_GREEN = "\x1b[1m\x1b[92m"
BRIGHT_BLUE = "\x1b[1m\x1b[94m"
BRIGHT_CYAN = "\x1b[1m\x1b[96m"
RESET = "\x1b[0m"

Segment = tuple[str, str]
"""A style and the text that wears it."""


def wants_colour(choice: ColourChoice, environ: Mapping[str, str], *, is_tty: bool) -> bool:
    """Whether to colour a stream: the option, then the environment, then the terminal, as ruff decides.

    An empty variable counts as unset, and `FORCE_COLOR=0` as set: both are what ruff does.
    """
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE"):
        return True
    return is_tty and environ.get("TERM") != "dumb" and environ.get("CLICOLOR", "1") != "0"


def paint(segments: Iterable[Segment], *, colour: bool) -> str:
    """The segments as one string; neighbours of the same style share one escape sequence."""
    if not colour:
        return "".join(text for _, text in segments)
    merged: list[Segment] = []
    for style, text in segments:
        if merged and merged[-1][0] == style:
            merged[-1] = (style, merged[-1][1] + text)
        elif text:
            merged.append((style, text))
    return "".join(f"{style}{text}{RESET}" if style else text for style, text in merged)
