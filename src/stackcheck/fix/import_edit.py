"""Edits of import statements in a text: members exchanged, a statement inserted, a statement removed."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from itertools import groupby, takewhile

from stackcheck.fix.import_block import (
    FUTURE,
    IsFirstParty,
    Key,
    Member,
    Statement,
    member_key,
    merged,
    place_of,
    read_statements,
    split_lines,
    statement_key,
)

PRAGMA = re.compile(r"#\s*(noqa|(isort|type|pyright|pylint|flake8|ruff):)", re.IGNORECASE)
TOP_COMMENT = re.compile(r"#!|#.*coding[:=]")
DEFINITION = re.compile(r"(@|def\b|class\b|async\s+def\b)")


def exchange(text: str, statement: Statement, drop: Collection[Member], add: Sequence[Member], width: int) -> str:
    """The text with members of one statement dropped and added; at least one must remain."""
    lines = split_lines(text)
    own = lines[statement.first : statement.end]
    indent = _indent(own[0])
    if statement.exploded:
        own = _exchange_rows(own, statement, drop, add, _newline(text))
    elif add:
        tail = own[-1].encode()[statement.node.end_col_offset :].decode().strip()
        comma = re.search(r",\s*\)", "".join(own)) is not None
        kept = [member for member in statement.members if member not in drop]
        comment = "  " + tail if tail else ""
        own = [_render(statement.source, merged(kept, add), _newline(text), width, comment, comma, indent)]
        if not lines[statement.end - 1].endswith("\n"):
            own[0] = own[0].rstrip()
    else:
        own = [_without(own, statement, drop)]
    changed = "".join([*lines[: statement.first], *own, *lines[statement.end :]])
    if not statement.source or not _is_sorted(_siblings(text, statement.first)):
        return changed
    return _sorted_again(changed, statement.first)


def _sorted_again(text: str, first: int) -> str:
    """`from m import d` after `from m import b as c` goes above it when it gains an `a`."""
    lines, group = split_lines(text), _siblings(text, first)
    own = ["".join(lines[each.first : each.end]) for each in sorted(group, key=_first_member)]
    start, stop = group[0].first, group[-1].end
    if _is_sorted(group) or (start and _is_comment(lines[start - 1])) or not own[-1].endswith("\n"):
        return text
    return "".join([*lines[:start], *own, *lines[stop:]])


def _siblings(text: str, first: int) -> list[Statement]:
    """The statements on neighbouring lines that import from the same module as the one at a line."""
    statements = read_statements(text)
    index = next(index for index, each in enumerate(statements) if each.first == first)
    group = [statements[index]]
    for each in statements[index + 1 :]:
        if (each.source, each.first) == (group[-1].source, group[-1].end):
            group.append(each)
    for each in reversed(statements[:index]):
        if (each.source, each.end) == (group[0].source, group[0].first):
            group.insert(0, each)
    return group


def _is_sorted(group: list[Statement]) -> bool:
    return sorted(group, key=_first_member) == group


def _first_member(statement: Statement) -> Key:
    return min(map(member_key, statement.members))


def _exchange_rows(
    own: list[str], statement: Statement, drop: Collection[Member], add: Sequence[Member], newline: str
) -> list[str]:
    """Whole lines go and come, so that the comments on the others stay."""
    aliases = dict(zip(statement.members, statement.node.names, strict=True))
    rows = {member: alias.lineno - 1 - statement.first for member, alias in aliases.items()}
    gone = {rows.pop(member) for member in drop if member in rows}
    order = merged(list(rows), add)
    last = max(rows.values(), default=0)
    if add and last:
        line, cut = own[last].encode(), aliases[max(rows, key=rows.__getitem__)].end_col_offset
        if not line[cut:].lstrip().startswith(b","):
            own[last] = (line[:cut] + b"," + line[cut:]).decode()
    arriving: dict[int, str] = {}
    for index, member in enumerate(order):
        if member in rows:
            continue
        at = next((rows[later] for later in order[index:] if later in rows), last + 1)
        while at <= last and _is_comment(own[at - 1]):  # a comment above a name goes with it
            at -= 1
        name = f"{member[0]} as {member[1]}" if member[1] else member[0]
        arriving[at] = arriving.get(at, "") + f"{_indent(own[0])}    {name},{newline}"
    return [arriving.get(row, "") + ("" if row in gone else line) for row, line in enumerate(own)]


def _without(own: list[str], statement: Statement, drop: Collection[Member]) -> str:
    text, aliases, members = "".join(own), statement.node.names, statement.members

    def offset(lineno: int, column: int) -> int:
        row = lineno - 1 - statement.first
        return len("".join(own[:row])) + len(own[row].encode()[:column].decode())

    starts = [offset(alias.lineno, alias.col_offset) for alias in aliases]
    ends = [offset(alias.end_lineno or 0, alias.end_col_offset or 0) for alias in aliases]
    last = max(index for index, member in enumerate(members) if member not in drop)
    text = text[: ends[last]] + text[ends[-1] :]
    for index in reversed(range(last)):
        if members[index] in drop:
            text = text[: starts[index]] + text[starts[index + 1] :]
    return text


def insert(
    text: str,
    source: str,
    member: Member,
    statements: Sequence[Statement],
    width: int,
    is_first_party: IsFirstParty,
) -> str:
    """The text with a new statement: in the run of `statements` that has its section, else in the first.

    `statements` are all at module level, or those in one `if TYPE_CHECKING:`.
    """
    key = statement_key(source, [member], is_first_party)
    runs = [list(run) for _, run in groupby(statements, key=lambda each: each.run)]
    lines, body, newline = split_lines(text), ast.parse(text).body, _newline(text)
    if key[0] == FUTURE:
        runs = [run for run in runs if run[0].run <= _has_docstring(body)]
    indent = _indent(lines[statements[0].first]) if statements else ""
    new = _render(source, [member], newline, width, indent=indent)
    keyed = [[statement_key(each.source, each.members, is_first_party) for each in run] for run in runs]
    if not runs:
        return _open(lines, new, body, newline)
    chosen = next((index for index, keys in enumerate(keyed) if any(known[0] == key[0] for known in keys)), 0)
    run, keys = runs[chosen], keyed[chosen]
    place = place_of(key, keys)
    if place and keys[place - 1][0] == key[0]:
        at = run[place - 1].end
    elif place < len(run) and keys[place][0] == key[0]:
        at = run[place].first
    else:  # a new section
        at = run[place - 1].end if place else _above_comments(lines, run[0].first)
        new = newline + new if place else new
        if place < len(run) and not _is_blank(lines[at]):
            new += newline
    return _splice(lines, at, at, new, newline)


def insert_guarded(text: str, source: str, member: Member, statements: Sequence[Statement], width: int) -> str:
    """The text with a new `if TYPE_CHECKING:` below the imports at its head."""
    lines, newline = split_lines(text), _newline(text)
    new = f"if TYPE_CHECKING:{newline}{_render(source, [member], newline, width, indent='    ')}"
    if not statements:
        return _open(lines, new, ast.parse(text).body, newline)
    at = max(each.end for each in statements if each.run == statements[0].run)
    below = newline if at < len(lines) and not _is_blank(lines[at]) else ""
    return _splice(lines, at, at, f"{newline}{new}{below}", newline)


def _open(lines: list[str], new: str, body: Sequence[ast.stmt], newline: str) -> str:
    """A file without imports gets one below its docstring or the comments on top."""
    if _has_docstring(body):
        top = body[0].end_lineno or 1
    else:
        top = len(list(takewhile(_is_comment, lines)))
        if top < len(lines) and not _is_blank(lines[top]):  # they speak of the first statement
            top = len(list(takewhile(TOP_COMMENT.match, lines[:2])))
    bottom = top + len(list(takewhile(_is_blank, lines[top:])))
    if bottom < len(lines):
        new += newline * (2 if _opens_with_definition(lines[bottom:]) else 1)
    return _splice(lines, top, bottom, (newline if top else "") + new, newline)


def remove(text: str, statement: Statement) -> str:
    """The text without the statement, or without its `if TYPE_CHECKING:` where that holds nothing else."""
    lines, guard = split_lines(text), statement.guard
    first, end = statement.first, statement.end
    if guard and len(guard.body) == 1:
        if any("#" in line for line in lines[guard.lineno - 1 : guard.end_lineno]):
            indent = lines[first][: -len(lines[first].lstrip())]
            return _splice(lines, first, end, f"{indent}pass{_newline(text)}", _newline(text))
        first, end = guard.lineno - 1, guard.end_lineno or end
    run = [each for each in read_statements(text) if not each.guard and each.run == statement.run]
    top, bottom = first, end
    while top and _is_blank(lines[top - 1]):
        top -= 1
    while bottom < len(lines) and _is_blank(lines[bottom]):
        bottom += 1
    # The block's own two lines below it are one too many between imports and an assignment.
    longest = not guard or _opens_with_definition(lines[bottom:])
    blanks = (max if longest else min)(lines[top:first], lines[end:bottom], key=len)
    if not top or bottom == len(lines):
        blanks = []
    elif not guard and run[0].first < first == top and _is_comment(lines[top - 1]):
        # The comment above now speaks of what follows: the blank line goes above it.
        top = _above_comments(lines, top)
        gap = [] if _is_blank(lines[top - 1]) else blanks[:1]
        blanks = [*gap, *lines[top:first], *([] if end < run[-1].end else blanks)]
    return _splice(lines, top, bottom, "".join(blanks), _newline(text))


def _render(
    source: str, members: Sequence[Member], newline: str, width: int, comment: str = "", comma: bool = False,
    indent: str = "",
) -> str:  # fmt: skip
    """One line where it fits, else one name a line; `comma` is a magic trailing comma."""
    names = [f"{name} as {alias}" if alias else name for name, alias in members]
    line = f"{indent}from {source} import {', '.join(names)}" if source else f"{indent}import {', '.join(names)}"
    length = len(line if PRAGMA.search(comment) else line + comment)
    if not source or (length <= width and not comma):
        return f"{line}{comment}{newline}"
    rows = (f"{indent}    {name},{newline}" for name in names)
    return f"{indent}from {source} import ({comment}{newline}{''.join(rows)}{indent}){newline}"


def _splice(lines: list[str], start: int, stop: int, new: str, newline: str) -> str:
    """The text with `lines[start:stop]` replaced; a file without a final newline stays so."""
    head, tail = "".join(lines[:start]), "".join(lines[stop:])
    if head and new and not head.endswith("\n"):
        head, new = head + newline, new.removesuffix(newline)
    return head + new + tail


def _above_comments(lines: Sequence[str], at: int) -> int:
    """Above the comments that stand directly above, unless they open the file."""
    top = at
    while top and _is_comment(lines[top - 1]):
        top -= 1
    return top or at


def _opens_with_definition(lines: Sequence[str]) -> bool:
    attached = takewhile(lambda line: line.strip(), lines)
    return DEFINITION.match(next((line for line in attached if not _is_comment(line)), "")) is not None


def _has_docstring(body: Sequence[ast.stmt]) -> bool:
    return ast.get_docstring(ast.Module([*body], []), clean=False) is not None


def _newline(text: str) -> str:
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _is_blank(line: str) -> bool:
    return not line.strip()
