"""What every fix must keep: the text parses, and no comment is lost."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections import Counter
from collections.abc import Sequence

from stackcheck.finding import TextEdit


def comments_of(text: str) -> list[tuple[int, str]] | None:
    """Offset and text of every comment of a Python file; None if it cannot be tokenised."""
    from stackcheck.index.lines import line_starts

    starts = line_starts(text)
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type == tokenize.COMMENT:
                found.append((starts[token.start[0] - 1] + token.start[1], token.string.rstrip()))
    except (tokenize.TokenError, SyntaxError, IndexError):
        return None
    return found


def loses_comment(text: str, edits: Sequence[TextEdit], comments: Sequence[tuple[int, str]]) -> bool:
    """Whether a comment inside the edited stretches is nowhere in what replaces them."""
    lost: Counter[str] = Counter()
    for edit in edits:
        lost.update(comment for at, comment in comments if edit.start <= at < edit.end)
    if not lost:
        return False
    new = "\n".join(edit.new for edit in edits)
    return any(new.count(comment) < count for comment, count in lost.items())


def parses(text: str) -> bool:
    """Whether this interpreter takes the text for Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
