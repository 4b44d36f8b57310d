"""The words of a text: what tells at little cost that a file cannot hold something."""

from __future__ import annotations

import re
from functools import lru_cache

WORD = re.compile(r"\w+")
APART = {at: chr(at) if chr(at).isalnum() or chr(at) == "_" else " " for at in range(128)}


@lru_cache(maxsize=1)  # several analyses look at one text after the other
def words_in(text: str) -> frozenset[str]:
    """Every name, keyword and other word of a text, those in strings and comments included."""
    # Half the time of the pattern, where there is nothing but ASCII.
    return frozenset(text.translate(APART).split() if text.isascii() else WORD.findall(text))
