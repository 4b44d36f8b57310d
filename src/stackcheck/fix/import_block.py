"""The import statements of a module, and the order in which ruff's isort writes them."""

from __future__ import annotations

import ast
import io
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

IsFirstParty = Callable[[str], bool]
# One alias as (name, name after `as`), the second empty where there is none.
Member = tuple[str, str]
# Compared only with keys made by the same function.
Key = tuple[Any, ...]

FUTURE, STANDARD, THIRD_PARTY, FIRST_PARTY, RELATIVE = range(5)


@dataclass(frozen=True, slots=True)
class Statement:
    """A module-level import: `lines[first:end]`, directly in the module or under `if TYPE_CHECKING:`."""

    node: ast.Import | ast.ImportFrom
    guard: ast.If | None
    run: int  # imports that follow each other without other code share a number
    first: int
    end: int
    alone: bool  # no other statement on its lines
    commented: frozenset[int]  # its lines that carry a comment, counted from 1

    @property
    def source(self) -> str:
        """What stands after `from`, dots included; empty for a plain import."""
        return "." * node.level + (node.module or "") if isinstance(node := self.node, ast.ImportFrom) else ""

    @property
    def members(self) -> list[Member]:
        return [(alias.name, alias.asname or "") for alias in self.node.names]

    @property
    def bound(self) -> list[str]:
        return [bound_name(member) for member in self.members]

    @property
    def exploded(self) -> bool:
        """One name a line between parentheses."""
        rows = [self.first + 1, *(alias.lineno for alias in self.node.names), self.end]
        return all(above < below for above, below in pairwise(rows))

    @property
    def removable(self) -> list[Member]:
        """Those that no comment speaks of (`# noqa`) and that are not exported by `x as x`."""
        outside = {self.first + 1, self.end} if self.exploded else self.commented
        if not self.alone or self.source == "__future__" or self.commented & outside:
            return []
        free = zip(self.node.names, self.members, strict=True)
        return [own for alias, own in free if alias.lineno not in self.commented and own[0] not in ("*", own[1])]


def bound_name(member: Member) -> str:
    return member[1] or member[0].partition(".")[0]


def split_lines(text: str) -> list[str]:
    """The lines as `ast` counts them, ends kept: `str.splitlines` also splits at form feeds."""
    return list(io.StringIO(text, newline=""))


def read_statements(text: str) -> list[Statement]:
    """The imports that always run or never do: none in `try`, `else` or under other conditions."""
    lines = split_lines(text)

    def statement(node: ast.Import | ast.ImportFrom, guard: ast.If | None) -> Statement:
        first, end = node.lineno - 1, node.end_lineno or node.lineno
        left = lines[first].encode()[: node.col_offset].strip()
        right = lines[end - 1].encode()[node.end_col_offset :].strip()
        alone = not left and (not right or right.startswith(b"#"))
        # An import holds no string, so its `#` opens a comment.
        commented = frozenset(row + 1 for row in range(first, end) if "#" in lines[row])
        return Statement(node, guard, run, first, end, alone, commented)

    found: list[Statement] = []
    run = 0
    for node in ast.parse(text).body:
        match node:
            case ast.Import() | ast.ImportFrom():
                found.append(statement(node, None))
                continue
            case ast.If(test=ast.Name("TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"), orelse=[]):
                imports = (child for child in node.body if isinstance(child, ast.Import | ast.ImportFrom))
                found += (statement(child, node) for child in imports)
        run += 1
    return found


def section_of(module: str, is_first_party: IsFirstParty) -> int:
    root = module.partition(".")[0]
    if not root:
        return RELATIVE
    if root == "__future__":
        return FUTURE
    if root in sys.stdlib_module_names:
        return STANDARD
    return FIRST_PARTY if is_first_party(module) else THIRD_PARTY


def statement_key(source: str, members: Sequence[Member], is_first_party: IsFirstParty) -> Key:
    """Sections, `import x` before `from x`, distant relatives first, then by name."""
    module = source or members[0][0]
    bare = module.lstrip(".")
    first = min(map(member_key, members)) if source else _natural(members[0][1])
    section, distance = section_of(module, is_first_party), len(bare) - len(module)
    return (section, bool(source), distance, _natural(bare.lower()), _natural(bare), first)


def place_of(new: Key, keys: Sequence[Key]) -> int:
    """Where `new` belongs among the `keys` of statements, by the strictest order that its section follows."""
    sections = [key[0] for key in keys]
    if sections != sorted(sections):
        return max((index for index, section in enumerate(sections, 1) if section == new[0]), default=len(keys))
    start, stop = bisect_left(sections, new[0]), bisect_right(sections, new[0])
    for view in (lambda key: key, _mixed_key):
        seen = [view(key) for key in keys[start:stop]]
        if seen == sorted(seen):
            return start + bisect_right(seen, view(new))
    return stop


def merged(members: Sequence[Member], extra: Sequence[Member]) -> list[Member]:
    """`members` in their own order, with `extra` sorted in if there is one."""
    for key in (member_key, _caseless_key):
        if sorted(members, key=key) == list(members):
            return sorted([*members, *extra], key=key)
    return [*members, *sorted(extra, key=member_key)]


def _mixed_key(key: Key) -> Key:
    """The order under `force-sort-within-sections`."""
    return (key[3], key[1])


def member_key(member: Member) -> Key:
    """The star, CONSTANTS, Classes, variables, each without regard to case."""
    name = member[0]
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    return (name != "*", kind, *_caseless_key(member))


def _caseless_key(member: Member) -> Key:
    return (_natural(member[0].lower()), _natural(member[0]), _natural(member[1]))


def _natural(name: str) -> Key:
    """`x2` before `x10`; digits with a leading zero compare as a fraction, as ruff's natord does."""
    parts: list[tuple[int, int, int, str]] = []
    for token in re.findall(r"[0-9]+|[^0-9]", name):
        if not "0" <= token[0] <= "9":
            parts.append((ord(token), 0, 0, ""))
        else:
            parts.append((ord("0"), 0, 0, token) if token[0] == "0" else (ord("0"), 1, int(token), ""))
    return tuple(parts)
