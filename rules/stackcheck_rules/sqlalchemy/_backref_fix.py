"""Both sides of a relationship with `back_populates`, in one file or in two."""

from __future__ import annotations

from stackcheck import Context, Fix, Imported, Kind
from stackcheck_rules.analyses._call_facts import Argument
from stackcheck_rules.analyses.descendants import descendants
from stackcheck_rules.analyses.orm_classes import ClassKey, OrmClass, Relationship, orm_classes
from stackcheck_rules.analyses.relationship_uses import RelationshipUse
from stackcheck_rules.sqlalchemy._backrefs import arguments_of_reverse
from stackcheck_rules.sqlalchemy._call_edits import source
from stackcheck_rules.sqlalchemy._class_names import class_name
from stackcheck_rules.sqlalchemy._class_slots import ClassSlot, slot_in
from stackcheck_rules.sqlalchemy._column_guards import is_dataclass
from stackcheck_rules.sqlalchemy._column_names import is_deferred
from stackcheck_rules.sqlalchemy._relationship_notes import note


def backref_fix(use: RelationshipUse, named: Argument, lead: Relationship, ctx: Context) -> Fix | None:
    """`back_populates` here, and the relationship that `backref` made in the other class."""
    given, own = use.call.argument(-1, "backref"), (ctx.file, use.owner)
    back = str(named.expr[1])
    reverse = reverse_of(back, own, lead.target, ctx) if lead.target and not use.returned else None
    if reverse is None or given is None or lead.target is None or lead.owner != own:
        return None
    file, qualname = lead.target
    there = ctx.of(file)
    slot = slot_in(qualname, there)
    function = there.name("sqlalchemy.orm.relationship", qualname)
    declared = declaration(back, reverse, qualname, there)
    if slot is None or function is None or declared is None:
        return None
    arguments = arguments_of_reverse(use, lead.target, slot.at.line if file == ctx.file else 0, ctx)
    if arguments is None:
        return None
    line = laid_out(f"{declared.code} = {function.code}", (*arguments, f'back_populates="{use.name}"'), slot, there)
    mine = [(given.span, f"back_populates={source(named.value, ctx)}")]
    theirs = [(slot.at, line)]
    requests = (*declared.requests, *function.requests)
    title = f"Declare `{back}` in `{qualname}`, with `back_populates` on both sides"
    if file == ctx.file:
        return Fix(ctx.edits([*mine, *theirs]), title, requests, "unsafe")
    return Fix(ctx.edits(mine), title, (), "unsafe", (ctx.edit_in(file, theirs, requests),))


def laid_out(head: str, arguments: tuple[str, ...], slot: ClassSlot, there: Context) -> str:
    """A call on one line, or with its arguments on lines of their own where it would be too long."""
    newline = "\r\n" if "\r\n" in there.text else "\n"
    indent = slot.before.lstrip("\r\n")
    inside, deeper = ", ".join(arguments), f"{newline}{indent}    "
    room = there.line_length - len(indent)
    if len(head) + len(inside) + 2 <= room:
        call = f"({inside})"
    elif len(inside) + 4 <= room:
        call = f"({deeper}{inside}{newline}{indent})"
    else:
        call = f"({deeper}{f',{deeper}'.join(arguments)},{newline}{indent})"
    return f"{slot.before}{head}{call}{slot.after}"


def reverse_of(name: str, own: ClassKey, target: ClassKey, ctx: Context) -> Relationship | None:
    """What `backref` makes of an attribute; None where the other class cannot declare it as well."""
    mine, theirs = ctx.fact(orm_classes, own), ctx.fact(orm_classes, target)
    cls = Kind("class", target[1], target[0])
    if not isinstance(mine, OrmClass) or not isinstance(theirs, OrmClass):
        return None
    if ctx.instance(cls).word != "orm" or is_dataclass(cls, ctx) or not set(mine.bases) & set(theirs.bases):
        return None
    made = [one for one in theirs.relationships if one.name == name]
    below = [Kind("class", qualname, file) for file, qualname in ctx.fact(descendants, target) or ()]
    near = [*(one for one in ctx.ancestry(cls).classes if one.file), *below]
    if len(made) != 1 or made[0].backref != target or any(ctx.bindings(one, name) for one in near):
        return None
    return made[0] if is_only_one(own, theirs, ctx) else None


def is_only_one(own: ClassKey, theirs: OrmClass, ctx: Context) -> bool:
    """Whether the name of a class means it alone among the classes of the other one's declarative base."""
    named = ctx.fact(orm_classes, own[1].rpartition(".")[2]) or ()
    mapped = {key: ctx.fact(orm_classes, key) for key in named}
    return [key for key, one in mapped.items() if set(one.bases) & set(theirs.bases)] == [own]


def declaration(name: str, reverse: Relationship, scope: str, there: Context) -> Imported | None:
    """The name of the new attribute, from SQLAlchemy 2.0 on with its annotation."""
    if not there.allows("sqlalchemy", "2.0"):
        return Imported(name, ())
    cls = reverse.target and class_name(reverse.target, scope, there)
    made = note(reverse, cls, scope, there, quoted=not is_deferred(there)) if cls else None
    return Imported(f"{name}: {made.written.code}", made.written.requests) if made else None
