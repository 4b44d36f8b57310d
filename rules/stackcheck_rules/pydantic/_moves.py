"""What becomes of each old name of an import statement: where it comes from now, and how its uses follow."""

from __future__ import annotations

from stackcheck import Applicability, Context, Fix
from stackcheck_rules.analyses._import_moves import Move, fixes_of_moves, is_plain, moved_to
from stackcheck_rules.analyses._name_reads import Reads, reads_in
from stackcheck_rules.analyses._source_text import SourceText, source_text
from stackcheck_rules.analyses._taken_names import OldImport, is_own
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
from stackcheck_rules.pydantic._old_imports import AT_HOME, old_imports
from stackcheck_rules.pydantic._replacements import replaced


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
    return fixes_of_moves(moves, statement, lambda symbol: safety_of(symbol, ctx), source, ctx)


def move_of(index: int, statement: OldImport, reads: dict[str, Reads], source: SourceText, ctx: Context) -> Move | None:
    old, read = statement.names[index], reads[statement.names[index].local]
    if old.symbol in REPLACED or old.symbol in CALLED:
        own = is_own(old.local, old_imports, ctx)
        made = replaced(old.symbol, old.local, read, source, ctx) if own else None
        leaves = is_plain(index, statement, read, source, ctx) and statement.place in {"top", "guard"}
        return None if made is None else Move(edits=tuple(made[0]), imports=made[1], leaves=leaves)
    target = MOVED.get(old.symbol, old.symbol)
    if (old.symbol in ANNOTATION_ONLY and read.elsewhere) or (old.symbol in PYTHON_3_10 and ctx.python < (3, 10)):
        return None
    free = is_own(old.local, old_imports, ctx) and is_free(target.rpartition(".")[2], statement, reads, ctx)
    return moved_to(target, index, statement, read, source, ctx, free=free, swapped=is_swapped(statement))


def is_free(new: str, statement: OldImport, reads: dict[str, Reads], ctx: Context) -> bool:
    """Whether a name is bound nowhere in a file, or only by an old import that gives it up just then."""
    bound = [binding for scope in ctx.outline.scopes.values() for binding in scope.bindings.get(new, ())]
    giving = [each for each in statement.names if each.local == new and each.symbol in MOVED and each.name == new]
    if giving and len(bound) == 1:
        target = MOVED[giving[0].symbol].rpartition(".")[2]
        return target != new and reads[new].spans is not None and is_own(new, old_imports, ctx)
    return not bound


def is_swapped(statement: OldImport) -> bool:
    """Whether a name gets what another one of the statement was: `to_camel` and `to_lower_camel`."""
    new = {MOVED[each.symbol].rpartition(".")[2] for each in statement.names if each.symbol in MOVED}
    return any(each.name in new and MOVED.get(each.symbol, each.name).rpartition(".")[2] != each.name
               for each in statement.names)  # fmt: skip
