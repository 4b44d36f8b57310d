"""From node replacements to text edits on the original source, as small as they can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

import libcst as cst

from stackcheck.check.positions import Extents, code_of
from stackcheck.finding import Fix, TextEdit


def fix_nodes(fix: Fix | None) -> Iterable[cst.CSTNode]:
    """The nodes of the tree that a fix replaces."""
    return fix.edits.keys() if fix is not None and isinstance(fix.edits, Mapping) else ()


def text_edits(fix: Fix, module: cst.Module | None, extents: Extents | None, text: str) -> tuple[TextEdit, ...]:
    """The edits of a fix in the order of the text. ValueError if two of them overlap."""
    if isinstance(fix.edits, Mapping):
        if module is None or extents is None:
            raise ValueError("a fix replaces nodes of a file that was not parsed")
        edits = [_replaced(old, new, module, extents, text) for old, new in fix.edits.items()]
    else:
        edits = list(fix.edits)
    edits.sort()
    for one, other in pairwise(edits):
        if other.start < one.end:
            raise ValueError("two edits of one fix overlap")
    return tuple(edits)


def _replaced(
    old: cst.CSTNode, new: cst.CSTNode | cst.FlattenSentinel[cst.CSTNode] | None, module: cst.Module,
    extents: Extents, text: str,
) -> TextEdit:  # fmt: skip
    extent = extents.of[old]
    match new:
        case None:
            code = ""
        case cst.FlattenSentinel():
            code = "".join(code_of(module, node, extent.indent) for node in new)
        case _:
            code = code_of(module, new, extent.indent)
    if extent.end == len(text) and not text.endswith(("\n", "\r")):
        code = code.removesuffix(module.default_newline)  # the file's last line ends without one
    return trimmed(TextEdit(extent.start, extent.end, code), text)


def trimmed(edit: TextEdit, text: str) -> TextEdit:
    """The same edit without what it leaves as it is at either end."""
    old, new = text[edit.start : edit.end], edit.new
    limit = min(len(old), len(new))
    head = next((at for at in range(limit) if old[at] != new[at]), limit)
    limit -= head
    tail = next((at for at in range(limit) if old[-1 - at] != new[-1 - at]), limit)
    return TextEdit(edit.start + head, edit.end - tail, new[head : len(new) - tail])


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with some edits made; they must not overlap."""
    parts = []
    at = 0
    for edit in sorted(edits):
        parts += [text[at : edit.start], edit.new]
        at = edit.end
    return "".join([*parts, text[at:]])


def overlap(edits: Iterable[TextEdit], others: Iterable[TextEdit]) -> bool:
    """Whether an edit of the one touches text that an edit of the other changes.

    What is inserted right where a change ends belongs to the text that is changed.
    """
    theirs = tuple(others)
    return any(
        (one.start < other.end and other.start < one.end)
        or one.start == other.start
        or (one.start == one.end == other.end)
        or (other.start == other.end == one.end)
        for one in edits
        for other in theirs
    )
