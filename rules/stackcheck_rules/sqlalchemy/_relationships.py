"""What the rules about relationships share."""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.relationship_uses import RelationshipUse

LOADER = "sqlalchemy.orm.dynamic_loader"
MAKERS = {"sqlalchemy.orm.relationship", "sqlalchemy.orm.relation", LOADER}
DECLARED = {"sqlalchemy.orm.declared_attr", "sqlalchemy.orm.declared_attr.cascading"}


def is_relationship(use: RelationshipUse, ctx: Context) -> bool:
    """Whether an attribute is a relationship of SQLAlchemy, and not one of SQLModel or of a function of that name."""
    if ctx.symbol(use.call.function, use.call.scope) not in MAKERS:
        return False
    function = ctx.outline.scopes.get(use.call.scope) if use.returned else None
    return function is None or any(ctx.symbol(one, use.owner) in DECLARED for one in function.decorators)


def arguments_named(name: str, use: RelationshipUse, ctx: Context) -> Iterator[tuple[str, Argument, Call]]:
    """(attribute, argument, call) of an argument that a relationship is given, and what `backref()` makes with it."""
    for call in (use.call, use.backref):
        given = call.argument(-1, name) if call is not None else None
        if call is None or given is None:
            continue
        if call is use.call:
            yield use.name, given, call
        elif ctx.symbol(call.function, call.scope) == "sqlalchemy.orm.backref":
            first = call.argument(0, "name")
            yield str(first.expr[1]) if first and first.expr[0] == "const" else "backref", given, call
