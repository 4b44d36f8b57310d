"""`Mapped[list["Post"]]`: the annotation of a relationship, so that the mapper stays as it is.

SQLAlchemy makes a scalar of a relationship whose annotation is no container, whatever `uselist=` says.
Sources: `RelationshipProperty.declarative_scan` of SQLAlchemy 2.1, and
https://docs.sqlalchemy.org/en/21/orm/basic_relationships.html
"""

from __future__ import annotations

from typing import NamedTuple

from stackcheck import Applicability, Context, Imported, dotted
from stackcheck_rules.analyses.descendants import descendants
from stackcheck_rules.analyses.orm_classes import ClassKey, OrmClass, Relationship, orm_classes
from stackcheck_rules.analyses.relationship_uses import RelationshipUse
from stackcheck_rules.sqlalchemy._class_names import class_name, is_class
from stackcheck_rules.sqlalchemy._column_names import UNIONS, exists, is_deferred, is_free, mapped

LOADED = {"dynamic": "sqlalchemy.orm.DynamicMapped", "write_only": "sqlalchemy.orm.WriteOnlyMapped"}
GENERIC_BUILTINS = (3, 9)  # the Python from which `list[int]` can be evaluated
CONTAINERS = {"": "list", "builtins.list": "list", "builtins.set": "set"}
# Dictionaries by a key of the objects; what type the key has is not said.
KEYED = {
    f"sqlalchemy.orm.{home}{name}"
    for home in ("", "collections.")
    for name in (
        "attribute_keyed_dict", "column_keyed_dict", "keyfunc_mapping", "attribute_mapped_collection",
        "column_mapped_collection", "mapped_collection",
    )
}  # fmt: skip


class Note(NamedTuple):
    written: Imported
    safety: Applicability = "safe"


def relationship_at(owner: ClassKey, name: str, ctx: Context) -> Relationship | None:
    """What an attribute in the body of a class leads to; for a mixin the same in every class below it."""
    keys = (owner, *(ctx.fact(descendants, owner) or ()))
    classes = (ctx.fact(orm_classes, key) for key in keys)
    found = {one.relationship(name) for one in classes if isinstance(one, OrmClass) and (one.table or one.keys)}
    made = [one for one in found if one is not None and one.owner == owner]
    same = len({(one.target, one.many) for one in made}) == 1
    return min(made, key=lambda one: one.required) if same else None


def note_of(use: RelationshipUse, lead: Relationship, ctx: Context) -> Note | None:
    """The annotation of a relationship; None where it could change what the relationship is."""
    bare = evaluated_name(use, lead, ctx)
    name = Imported(bare, ()) if bare else lead.target and class_name(lead.target, use.owner, ctx)
    return note(lead, name, use.owner, ctx, quoted=not bare and not is_deferred(ctx)) if name else None


def evaluated_name(use: RelationshipUse, lead: Relationship, ctx: Context) -> str:
    """How the call itself names the class, if not by a string."""
    given = use.call.argument(0, "argument")
    code = dotted(given.expr) if given is not None and not use.returned else ""
    if not code or given is None or not lead.target or not is_class(ctx.kind(given.expr, use.call.scope), lead.target):
        return ""
    return code if exists(code.partition(".")[0], use.name, use.owner, ctx) else ""


def note(lead: Relationship, name: Imported, scope: str, ctx: Context, *, quoted: bool) -> Note | None:
    """The annotation of what leads to a class of some name."""
    code = f'"{name.code}"' if quoted else name.code
    item = Imported(code, name.requests)
    if lead.lazy == "?" or lead.many is None:
        return None
    if lead.lazy in LOADED:
        return sure(mapped(item, False, scope, ctx, LOADED[lead.lazy]))
    if not lead.many:
        if lead.required or not quoted or ctx.python < UNIONS:
            return sure(mapped(item, not lead.required, scope, ctx))
        return sure(mapped(Imported(f'"{name.code} | None"', name.requests), False, scope, ctx))
    if lead.collection in KEYED:
        anything, around = ctx.name("typing.Any", scope), generic("dict", scope, ctx)
        if anything is None or around is None:
            return None
        inner = Imported(
            f"{around.code}[{anything.code}, {code}]", (*item.requests, *anything.requests, *around.requests)
        )
        made = mapped(inner, False, scope, ctx)
        return Note(made, "unsafe") if made else None
    around = generic(CONTAINERS[lead.collection], scope, ctx) if lead.collection in CONTAINERS else None
    if around is None:
        return None
    return sure(mapped(Imported(f"{around.code}[{code}]", (*item.requests, *around.requests)), False, scope, ctx))


def sure(written: Imported | None) -> Note | None:
    return Note(written) if written else None


def generic(name: str, scope: str, ctx: Context) -> Imported | None:
    """`list`, or `List` where that cannot be subscripted or means something else."""
    if ctx.python >= GENERIC_BUILTINS and is_free(name, scope, ctx):
        return Imported(name, ())
    return ctx.name(f"typing.{name.capitalize()}", scope)
