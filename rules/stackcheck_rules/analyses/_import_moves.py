"""What becomes of the names of an import statement: another module, another name, their uses with them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

from stackcheck import Applicability, Context, Fix, ImportRequest, Span, parse_tree
from stackcheck_rules.analyses._import_edits import Lines, is_commented, neighbours, rewritten, stands_in_order
from stackcheck_rules.analyses._name_reads import Reads
from stackcheck_rules.analyses._source_text import SourceText
from stackcheck_rules.analyses._taken_names import OldImport


class Move(NamedTuple):
    """`module` and `written` are what is imported instead, if anything; `imports` are wanted besides.

    `settled` says that the engine can place the new import; `leaves` that it then drops the old name,
    which nothing reads any more.
    """

    module: str = ""
    written: str = ""
    edits: tuple[tuple[Span, str], ...] = ()
    imports: tuple[ImportRequest, ...] = ()
    settled: bool = False
    leaves: bool = False


def moved_to(
    target: str, index: int, statement: OldImport, read: Reads, source: SourceText, ctx: Context,
    *, free: bool, swapped: bool = False,
) -> Move:  # fmt: skip
    """The move of one name to the dotted `target`.

    `free` says that its uses may follow to a new last part; `swapped` that the new one was another name's.
    """
    old = statement.names[index]
    module, _, new = target.rpartition(".")
    if old.local != old.name:
        return Move(module, new if new == old.local else f"{new} as {old.local}")
    settled = is_plain(index, statement, read, source, ctx) and statement.place == "top" and read.once
    if new == old.name:
        return Move(module, new, settled=settled)
    if read.spans is None or not free:
        return Move(module, f"{new} as {old.local}")
    edits = tuple((span, new) for span in read.spans)
    return Move(module, new, edits, settled=settled, leaves=settled and not swapped)


def is_plain(index: int, statement: OldImport, read: Reads, source: SourceText, ctx: Context) -> bool:
    """Whether the engine drops a name by itself once nothing reads it: no comment speaks of it, something read it."""
    return not is_commented(statement, index, source) and read.any and not ctx.outline.stars


def fixes_of_moves(
    moves: Mapping[int, Move],
    statement: OldImport,
    safety_of: Callable[[str], Applicability],
    source: SourceText,
    ctx: Context,
) -> dict[int, Fix]:
    """The fix for each name of a statement that moves; those that move as safely as each other share one."""
    found: dict[int, Fix] = {}
    levels: tuple[Applicability, ...] = ("safe", "unsafe")
    for safety in levels:
        group = {index: move for index, move in moves.items() if safety_of(statement.names[index].symbol) == safety}
        fix = fix_of_moves(group, statement, safety, source, ctx) if group else None
        found.update(dict.fromkeys(group, fix) if fix is not None else {})
    return found


def fix_of_moves(
    moves: Mapping[int, Move], statement: OldImport, safety: Applicability, source: SourceText, ctx: Context
) -> Fix | None:
    """One fix for some names of a statement."""
    above, below = neighbours(statement, parse_tree(ctx.text))
    homes = {move.module for move in moves.values()}
    whole = len(moves) == len(statement.names) and len(homes) == 1 and "" not in homes
    in_place = whole and fits(min(homes), Lines({}, above, below), ctx)
    written: dict[str, dict[int, str]] = {}
    gone: list[int] = []
    imports: list[ImportRequest] = []
    edits = [edit for move in moves.values() for edit in move.edits]
    for index, move in moves.items():
        imports += move.imports
        if move.module == statement.module and not move.settled and " as " not in move.written:
            edits.append((statement.names[index].span, move.written))
            continue
        if move.module and (in_place or not move.settled):
            written.setdefault(move.module, {})[index] = move.written
        elif move.module:
            imports.append(ImportRequest(move.module, move.written))
        if in_place or not move.leaves:
            gone.append(index)
    made = rewritten(statement, gone, Lines(written, above, below), source) if gone else []
    if made is None:
        return None
    names = ", ".join(f"`{statement.names[index].name}`" for index in moves)
    return Fix(ctx.edits([*edits, *made]), f"Replace {names}", tuple(dict.fromkeys(imports)), safety)


def fits(module: str, lines: Lines, ctx: Context) -> bool:
    """Whether an import of another module can stand where the old one stood, and has none to join."""
    bindings = [each for bound in ctx.outline.module.bindings.values() for each in bound if each.runtime]
    joins = any(binding.expr[:2] == ("from", module) for binding in bindings)
    is_library = module.partition(".")[0] not in sys.stdlib_module_names
    return not joins and stands_in_order(module, lines) and is_library
