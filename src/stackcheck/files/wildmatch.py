"""git's patterns as regular expressions, as its `wildmatch.c` reads them.

pathspec's reading differs from git's on classes (`[!a]` matches `/`), on `**` inside a part and on
what lies below a kept folder, and importing it costs 9 ms, a tenth of a warm run.
"""

from __future__ import annotations

import re

CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
PIECES = re.compile(r"\*+|\?|\\.|\[|[^*?\\\[]+|\\", re.DOTALL)


def regex_of(pattern: str) -> str:
    """A regular expression for the whole of a path. ValueError for what can match nothing."""
    parts: list[str] = []
    at = 0
    while found := PIECES.match(pattern, at):
        piece, start, at = found[0], at, found.end()
        opens = start == 0 or pattern[start - 1] == "/"
        closes = at == len(pattern) or pattern[at] == "/"
        if piece[0] == "*":
            if opens and closes and len(piece) > 1:
                parts.append("(?:.*/)?" if at < len(pattern) else ".+")
                at += 1
            else:
                # Alone between slashes it stands for a name, and a name is never empty.
                parts.append("[^/]+" if opens and closes else "[^/]*")
        elif piece == "?":
            parts.append("[^/]")
        elif piece == "[":
            text, at = _class_of(pattern, at)
            parts.append(text)
        elif piece == "\\":
            raise ValueError("a backslash at the end")
        else:
            parts.append(re.escape(piece.removeprefix("\\") if len(piece) == 2 and piece[0] == "\\" else piece))
    return "".join(parts)


def _class_of(pattern: str, at: int) -> tuple[str, int]:
    """The class that opens before `at`, and where it ends."""
    negated = pattern[at : at + 1] in ("!", "^")
    at += negated
    first = at
    items: list[str] = []
    while pattern[at : at + 1] != "]" or at == first:
        if pattern.startswith("[:", at):
            end = pattern.find(":]", at + 2)
            name = pattern[at + 2 : end]
            if end < 0 or name not in CLASSES:
                raise ValueError("an unknown class")
            items.append(CLASSES[name])
            at = end + 2
            continue
        low, at = _char_at(pattern, at)
        high = low
        if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] not in ("", "]"):
            high, at = _char_at(pattern, at + 1)
        # Of a range that runs backwards the first end still counts.
        items.append(f"{re.escape(low)}-{re.escape(max(low, high))}")
    inner = "".join(items)
    if negated:
        return f"[^/{inner}]", at + 1
    return (f"(?!/)[{inner}]" if inner else "(?!)"), at + 1


def _char_at(pattern: str, at: int) -> tuple[str, int]:
    at += pattern.startswith("\\", at)
    if at >= len(pattern):
        raise ValueError("the class is never closed")
    return pattern[at], at + 1
