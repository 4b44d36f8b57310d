"""Fixes of old names: where they are imported, where they are read off a module, where they are called."""

from __future__ import annotations

from stackcheck import Applicability, Context, Expr, Fix, Imported, Span, root_name
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses._import_moves import Move, fixes_of_moves, is_plain, moved_to
from stackcheck_rules.analyses._name_reads import Reads, reads_in
from stackcheck_rules.analyses._source_text import SourceText, source_text
from stackcheck_rules.analyses._taken_names import OldImport, OldName, OldRead, is_own
from stackcheck_rules.analyses.event_listeners import Listener
from stackcheck_rules.sqlalchemy._call_edits import inserted_after, replaced
from stackcheck_rules.sqlalchemy._moved_names import SINCE, UNSAFE
from stackcheck_rules.sqlalchemy._old_names import old_names, successor_of


def is_moved(symbol: str, ctx: Context) -> bool:
    """Whether something takes the place of an old name in each release that the project allows."""
    return bool(successor_of(symbol)) and ctx.allows("sqlalchemy", SINCE.get(symbol, "1.4"))


def safety_of(symbol: str) -> Applicability:
    old, new = symbol.rpartition(".")[0], successor_of(symbol)
    return "unsafe" if UNSAFE & {symbol, old, new} else "safe"


def fixes_of(statement: OldImport, ctx: Context) -> dict[int, Fix]:
    """The fix for each old name of a statement."""
    source = source_text(ctx.text)
    if len({each.local for each in statement.names}) < len(statement.names):
        return {}
    movable = [index for index, each in enumerate(statement.names) if is_moved(each.symbol, ctx)]
    reads = reads_in({statement.names[index].local for index in movable}, source, ctx)
    moves = {index: move_of(index, statement, reads[statement.names[index].local], source, ctx) for index in movable}
    return fixes_of_moves(moves, statement, safety_of, source, ctx)


def move_of(index: int, statement: OldImport, read: Reads, source: SourceText, ctx: Context) -> Move:
    old = statement.names[index]
    target = successor_of(old.symbol)
    new = target.rpartition(".")[2]
    if is_doubled(old, target, ctx):
        return Move()  # the new import is there already
    own = is_own(old.local, old_names, ctx)
    known = ctx.name(target) if own and old.name == old.local != new and read.spans is not None else None
    if known and read.spans is not None and not known.requests and times_bound(known.code.partition(".")[0], ctx) == 1:
        leaves = is_plain(index, statement, read, source, ctx) and statement.place in {"top", "guard"}
        return Move(edits=tuple((span, known.code) for span in read.spans), leaves=leaves)
    return moved_to(target, index, statement, read, source, ctx, free=own and not times_bound(new, ctx))


def is_doubled(old: OldName, target: str, ctx: Context) -> bool:
    """Whether a file imports both the old and the new, under one name."""
    bound = ctx.outline.module.bindings.get(old.local, [])
    home, _, new = target.rpartition(".")
    others = [binding for binding in bound if binding.expr == ("from", home, new)]
    return len(bound) == times_bound(old.local, ctx) == 2 and len(others) == 1 and others[0].runtime


def times_bound(name: str, ctx: Context) -> int:
    return sum(len(scope.bindings.get(name, ())) for scope in ctx.outline.scopes.values())


def name_for(target: str, old: Expr, scope: str, ctx: Context) -> Imported | None:
    """How to write a name in the place of an old one.

    An import in a function would be left behind: the engine drops those of the module alone.
    """
    return ctx.name(target, scope) if root_name(old) in ctx.outline.module.bindings else None


def fix_of_read(read: OldRead, module: str, symbol: str, ctx: Context) -> Fix | None:
    """`orm.relation` as `orm.relationship`, `declarative.declared_attr` as `declared_attr`."""
    owner, dot, name = source_text(ctx.text).cut(read.span).rpartition(".")
    if not dot or name != read.name or "#" in owner:
        return None
    target = successor_of(symbol)
    home, _, new = target.rpartition(".")
    title, safety = f"Replace `{name}`", safety_of(symbol)
    if home == module:
        return Fix(ctx.edits([(read.span, f"{owner}.{new}")]), title, (), safety)
    known = name_for(target, read.owner, read.scope, ctx)
    return known and Fix(ctx.edits([(read.span, known.code)]), title, known.requests, safety)


def fix_of_listener(listener: Listener, ctx: Context) -> Fix | None:
    """`event.listen(mapper, …)` as `event.listen(Mapper, …)`."""
    known = name_for("sqlalchemy.orm.Mapper", listener.target, listener.scope, ctx)
    return known and Fix(ctx.edits([(listener.at, known.code)]), "Listen to `Mapper`", known.requests)


def fix_of_loader(call: Call, ctx: Context) -> Fix | None:
    """`dynamic_loader(X)` as `relationship(X, lazy="dynamic")`."""
    known = name_for("sqlalchemy.orm.relationship", call.function, call.scope, ctx)
    if known is None or not call.whole_known or not call.arguments or call.argument(-1, "lazy"):
        return None
    source = source_text(ctx.text)
    last = call.arguments[-1].span
    indent = source.line(last.line)[: last.column - 1]
    space = " " if indent.strip() else f"{source.newline}{indent}"
    function = replaced(Span(*call.owner[:2], *call.at[2:]), known.code, ctx)
    edits = (function, inserted_after(last, f',{space}lazy="dynamic"', ctx))
    return Fix(edits, "Use `relationship`", known.requests)
