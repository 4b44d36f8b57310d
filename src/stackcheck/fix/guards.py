"""What every fix must keep: the text parses, and no comment is lost."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from stackcheck.finding import TextEdit
from stackcheck.index.lines import line_starts


def loses_comment(text: str, edits: Sequence[TextEdit]) -> bool:
    """Whether a comment inside the edited stretches is nowhere in what replaces them."""
    if not any("#" in text[edit.start : edit.end] for edit in edits):
        return False
    comments = comments_of(text)
    if comments is None:
        return True
    lost: Counter[str] = Counter()
    for edit in edits:
        lost.update(comment for at, comment in comments if edit.start <= at < edit.end)
    new = "\n".join(edit.new for edit in edits)
    return any(new.count(comment) < count for comment, count in lost.items())


@lru_cache(maxsize=4)  # asked for each fix of a file
def comments_of(text: str) -> tuple[tuple[int, str], ...] | None:
    """Offset and text of every comment of a Python file; None if it cannot be tokenised."""
    starts = line_starts(text)
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type == tokenize.COMMENT:
                found.append((starts[token.start[0] - 1] + token.start[1], token.string.rstrip()))
    except (tokenize.TokenError, SyntaxError, IndexError):
        return None
    return tuple(found)


def parses(text: str) -> bool:
    """Whether this interpreter takes the text for Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
