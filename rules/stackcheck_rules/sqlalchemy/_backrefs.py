"""The relationship that `backref=` makes on the other class, as that class would write it.

Source: `RelationshipProperty._generate_backref` of SQLAlchemy 1.4, 2.0 and 2.1: what the other side inherits.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from stackcheck import Context, Expr, Kind, dotted, root_name
from stackcheck_rules.analyses._call_facts import Argument
from stackcheck_rules.analyses._relationships import UNREADABLE, columns_in
from stackcheck_rules.analyses.orm_classes import ClassKey, OrmClass, orm_classes
from stackcheck_rules.analyses.relationship_uses import RelationshipUse
from stackcheck_rules.sqlalchemy._call_edits import has_comment, source

# Literals that the other side has, too, unless `backref()` says otherwise.
INHERITED = ("viewonly", "post_update", "passive_updates", "sync_backref")
SWAPPED = {"primaryjoin": "secondaryjoin", "secondaryjoin": "primaryjoin"}


def backref_name(use: RelationshipUse) -> Argument | None:
    """What names the attribute of the other class: `backref="user"` or `backref=backref("user", …)`."""
    given = use.call.argument(-1, "backref")
    if use.backref is not None:
        given = use.backref.argument(0, "name")
    return given if given is not None and given.expr[0] == "const" and isinstance(given.expr[1], str) else None


def arguments_of_reverse(use: RelationshipUse, target: ClassKey, line: int, ctx: Context) -> tuple[str, ...] | None:
    """The arguments of the other side but for `back_populates`; None where they cannot be written there.

    `line` is where the other side is to stand if that is in this file, else 0.
    """
    own: ClassKey = (ctx.file, use.owner)
    inner = () if use.backref is None else use.backref.arguments[1:]
    if not use.call.whole_known or (use.backref is not None and not use.backref.whole_known):
        return None
    if any(not one.name for one in inner):
        return None
    same = target == own
    given = {one.name: one for one in use.call.arguments if one.name}
    said = {one.name: one for one in inner}
    if "remote_side" in given and not (same and "remote_side" not in said):
        return None
    if same and "secondary" not in given and ("remote_side" in given) == ("remote_side" in said):
        return None  # which of the two has to name the far side is left to SQLAlchemy
    parts: list[str | None] = [f'"{use.owner.rpartition(".")[2]}"']
    secondary = use.call.argument(1, "secondary")
    if secondary is not None:
        written = secondary_in(secondary, use, line, ctx)
        parts.append(written and f"secondary={written}")
    for join in SWAPPED:
        name = SWAPPED[join] if secondary is not None else join
        if name in given and join not in said:
            parts.append(joined(join, given[name], ctx))
    if "foreign_keys" in given and "foreign_keys" not in said:
        parts.append(foreign_keys(given["foreign_keys"].expr, own, target, ctx))
    parts += [literal(given[name], ctx) for name in INHERITED if name in given and name not in said]
    parts += [
        f"{one.name}={source(one.value, ctx)}" if is_writable(one, use, same, line, ctx) else None for one in inner
    ]
    return tuple(part for part in parts if part) if all(parts) else None


def literal(given: Argument, ctx: Context) -> str | None:
    return f"{given.name}={source(given.value, ctx)}" if given.expr[0] == "const" else None


def joined(name: str, given: Argument, ctx: Context) -> str | None:
    """A join as text, which means the same wherever it stands; what it marks as remote is so for one side only."""
    text = given.expr[1] if given.expr[0] == "const" and isinstance(given.expr[1], str) else ""
    return f"{name}={source(given.value, ctx)}" if text and "remote(" not in text else None


def foreign_keys(given: Expr, own: ClassKey, target: ClassKey, ctx: Context) -> str | None:
    """`foreign_keys="Post.author_id"`: columns by a text that says of which class they are."""
    columns = columns_in(given)
    mapped = {key: ctx.fact(orm_classes, key) for key in (own, target)}
    names = {key[1].rpartition(".")[2]: one for key, one in mapped.items() if isinstance(one, OrmClass)}
    found = []
    for column in columns:
        owner, _, name = column.rpartition(".")
        owner = owner or own[1].rpartition(".")[2]
        if owner not in names or not names[owner].has_column(name):
            return None
        found.append(f"{owner}.{name}")
    if not found or columns == UNREADABLE:
        return None
    return f'foreign_keys="{found[0]}"' if len(found) == 1 else f'foreign_keys="[{", ".join(found)}]"'


def secondary_in(given: Argument, use: RelationshipUse, line: int, ctx: Context) -> str | None:
    """The table in between as the other class can name it: by its variable, else by its name."""
    if given.expr[0] == "const":
        return source(given.value, ctx) if isinstance(given.expr[1], str) else None
    place = ctx.source_of(given.expr, use.call.scope)
    if place is not None and place[0] == ctx.file and dotted(given.expr) == place[1]:
        lines = [one.span.line for one in ctx.places(Kind("module", "", ctx.file), place[1])]
        if lines and max(lines) < line:
            return place[1]
    match given.expr:
        case ("attr", cls, "__table__"):
            kind = ctx.kind(cls, use.call.scope)
            mapped = ctx.fact(orm_classes, (kind.file, kind.symbol))
            return f'"{mapped.table}"' if isinstance(mapped, OrmClass) and mapped.table else None
    bound = ctx.bindings(Kind("module", "", place[0]), place[1]) if place else ()
    match bound:
        case (("call", function, (("const", str(name)), *_), keywords),) if place:
            if ctx.symbol(function, "", place[0]) == "sqlalchemy.Table" and "schema" not in dict(keywords):
                return f'"{name}"'
    return None


def is_writable(one: Argument, use: RelationshipUse, same: bool, line: int, ctx: Context) -> bool:
    """Whether an argument of `backref()` means the same in the body of the other class."""
    if has_comment(one.value, ctx):
        return False
    if one.expr[0] == "const":
        return True
    roots = list(roots_of(one.expr))
    body = ctx.outline.scopes[use.owner].bindings
    imported = {
        name
        for name, bound in ctx.outline.module.bindings.items()
        if line and all(each.expr[0] in {"from", "module"} and each.runtime for each in bound)
    }
    return bool(roots) and all(
        (same and root in body) or (root not in body and (root in imported or hasattr(builtins, root)))
        for root in roots
    )


def roots_of(expr: Expr) -> Iterator[str]:
    """The names that an expression reads; an empty one where not all of them can be told."""
    match expr:
        case ("const", _):
            return
        case ("name" | "attr", *_):
            yield root_name(expr) if dotted(expr) else ""
        case ("list" | "tuple" | "set", items):
            for item in items:
                yield from roots_of(item)
        case ("call", function, positional, keywords):
            for part in (function, *positional, *(value for _, value in keywords)):
                yield from roots_of(part)
        case _:
            yield ""
