"""What becomes of each old name of an import statement: where it comes from now, and how its uses follow."""

from __future__ import annotations

from typing import NamedTuple

from stackcheck import Applicability, Context, Fix, ImportRequest, Span, parse_tree
from stackcheck_rules.analyses._source_text import SourceText, source_text
from stackcheck_rules.pydantic._import_edits import Lines, is_commented, neighbours, rewritten, stands_in_order
from stackcheck_rules.pydantic._moved_names import (
    ANNOTATION_ONLY,
    CALLED,
    MOVED,
    PACKAGES,
    PYTHON_3_10,
    REPLACED,
    SINCE,
    STILL_THERE,
    UNSAFE,
)
from stackcheck_rules.pydantic._name_reads import Reads, reads_in
from stackcheck_rules.pydantic._old_imports import AT_HOME, OldImport, old_imports
from stackcheck_rules.pydantic._replacements import replaced


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


def is_moved(symbol: str, ctx: Context) -> bool:
    """Whether something takes the place of an old name one to one."""
    if not ctx.allows("pydantic", SINCE.get(symbol, "2")):
        return False
    return symbol in MOVED or symbol in REPLACED or symbol in CALLED or symbol in AT_HOME


def safety_of(symbol: str, ctx: Context) -> Applicability:
    lacking = symbol in STILL_THERE and package_lacking(symbol, ctx)
    return "unsafe" if symbol in UNSAFE or lacking else "safe"


def package_lacking(symbol: str, ctx: Context) -> str:
    """The package that the new home of a name comes with, if the project names packages but not this one."""
    home = MOVED.get(symbol, "").partition(".")[0]
    named = home not in PACKAGES or ctx.fact(old_imports, home) or not ctx.fact(old_imports, "")
    return "" if named else PACKAGES[home]


def fixes_of(statement: OldImport, ctx: Context) -> dict[int, Fix]:
    """The fix for each old name of a statement; names that move as safely as each other share one."""
    source = source_text(ctx.text)
    if len({each.local for each in statement.names}) < len(statement.names):
        return {}
    movable = [index for index, each in enumerate(statement.names) if is_moved(each.symbol, ctx)]
    reads = reads_in({statement.names[index].local for index in movable}, source, ctx)
    moves = {index: move for index in movable if (move := move_of(index, statement, reads, source, ctx)) is not None}
    found: dict[int, Fix] = {}
    levels: tuple[Applicability, ...] = ("safe", "unsafe")
    for safety in levels:
        group = {index: move for index, move in moves.items()
                 if safety_of(statement.names[index].symbol, ctx) == safety}  # fmt: skip
        fix = fix_of(group, statement, safety, source, ctx) if group else None
        found.update(dict.fromkeys(group, fix) if fix is not None else {})
    return found


def fix_of(
    moves: dict[int, Move], statement: OldImport, safety: Applicability, source: SourceText, ctx: Context
) -> Fix | None:
    above, below = neighbours(statement, parse_tree(ctx.text))
    homes = {move.module for move in moves.values()}
    whole = len(moves) == len(statement.names) and len(homes) == 1 and "" not in homes
    in_place = whole and fits(min(homes), Lines({}, above, below), ctx)
    written: dict[str, dict[int, str]] = {}
    gone: list[int] = []
    imports: list[ImportRequest] = []
    for index, move in moves.items():
        imports += move.imports
        if move.module and (in_place or not move.settled):
            written.setdefault(move.module, {})[index] = move.written
        elif move.module:
            imports.append(ImportRequest(move.module, move.written))
        if in_place or not move.leaves:
            gone.append(index)
    made = rewritten(statement, gone, Lines(written, above, below), source) if gone else []
    if made is None:
        return None
    edits = [edit for move in moves.values() for edit in move.edits]
    names = ", ".join(f"`{statement.names[index].name}`" for index in moves)
    return Fix(ctx.edits([*edits, *made]), f"Replace {names}", tuple(dict.fromkeys(imports)), safety)


def fits(module: str, lines: Lines, ctx: Context) -> bool:
    """Whether an import of another module can stand where the old one stood, and has none to join."""
    bindings = [each for bound in ctx.outline.module.bindings.values() for each in bound if each.runtime]
    joins = any(binding.expr[:2] == ("from", module) for binding in bindings)
    return not joins and stands_in_order(module, lines) and module.startswith("pydantic")


def move_of(index: int, statement: OldImport, reads: dict[str, Reads], source: SourceText, ctx: Context) -> Move | None:
    old, read = statement.names[index], reads[statement.names[index].local]
    plain = not is_commented(statement, index, source) and read.any and not ctx.outline.stars
    if old.symbol in REPLACED or old.symbol in CALLED:
        made = replaced(old.symbol, old.local, read, source, ctx) if is_own(old.local, ctx) else None
        leaves = plain and statement.place in {"top", "guard"}
        return None if made is None else Move(edits=tuple(made[0]), imports=made[1], leaves=leaves)
    module, _, new = MOVED.get(old.symbol, old.symbol).rpartition(".")
    if (old.symbol in ANNOTATION_ONLY and read.elsewhere) or (old.symbol in PYTHON_3_10 and ctx.python < (3, 10)):
        return None
    if old.local != old.name:
        return Move(module, new if new == old.local else f"{new} as {old.local}")
    settled = plain and statement.place == "top" and read.once
    if new == old.name:
        return Move(module, new, settled=settled)
    if read.spans is None or not is_own(old.local, ctx) or not is_free(new, statement, reads, ctx):
        return Move(module, f"{new} as {old.local}")
    edits = tuple((span, new) for span in read.spans)
    return Move(module, new, edits, settled=settled, leaves=settled and not is_swapped(statement))


def is_own(local: str, ctx: Context) -> bool:
    """Whether no other file takes a name from this one."""
    through_star = ctx.fact(old_imports, (ctx.file, "*")) and ctx.fact(old_imports, ("", local))
    return not ctx.fact(old_imports, (ctx.file, local)) and not through_star


def is_free(new: str, statement: OldImport, reads: dict[str, Reads], ctx: Context) -> bool:
    """Whether a name is bound nowhere in a file, or only by an old import that gives it up just then."""
    bound = [binding for scope in ctx.outline.scopes.values() for binding in scope.bindings.get(new, ())]
    giving = [each for each in statement.names if each.local == new and each.symbol in MOVED and each.name == new]
    if giving and len(bound) == 1:
        target = MOVED[giving[0].symbol].rpartition(".")[2]
        return target != new and reads[new].spans is not None and is_own(new, ctx)
    return not bound


def is_swapped(statement: OldImport) -> bool:
    """Whether a name gets what another one of the statement was: `to_camel` and `to_lower_camel`."""
    new = {MOVED[each.symbol].rpartition(".")[2] for each in statement.names if each.symbol in MOVED}
    return any(each.name in new and MOVED.get(each.symbol, each.name).rpartition(".")[2] != each.name
               for each in statement.names)  # fmt: skip
