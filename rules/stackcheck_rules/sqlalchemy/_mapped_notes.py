"""Which annotations SQLAlchemy 2 refuses, and how they are written with `Mapped`.

Source: `_extract_mapped_subtype` and `_collect_annotation` of SQLAlchemy 2.0 and 2.1, which
`tests/proofs/test_unmapped_annotation.py` asks one by one.
"""

from __future__ import annotations

from typing import NamedTuple

from stackcheck import Applicability, Context, Expr, Imported, Kind, dotted
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.mapped_notes import MappedNote
from stackcheck_rules.sqlalchemy._column_guards import TABLED
from stackcheck_rules.sqlalchemy._column_names import MAPPED, code_inside, exists, names_in, parsed
from stackcheck_rules.sqlalchemy._column_parts import COLUMN, DECLARED, MAPPED_COLUMN
from stackcheck_rules.sqlalchemy._mapped_classes import Place, allows_unmapped
from stackcheck_rules.sqlalchemy._relationship_notes import relationship_at

ORM = "sqlalchemy.orm."
RELATIONSHIPS = {f"{ORM}relation", f"{ORM}relationship"}
DYNAMIC = f"{ORM}dynamic_loader"
OTHERS = words("column_property composite deferred mapped_column query_expression synonym")
ATTRIBUTES = {*RELATIONSHIPS, DYNAMIC, *(f"{ORM}{name}" for name in OTHERS)}
COLUMNS = {COLUMN, MAPPED_COLUMN}
LIBRARIES = "builtins collections datetime decimal enum pathlib typing typing_extensions uuid"
HOMES = tuple(f"{name}." for name in LIBRARIES.split())
REFUSED = {COLUMN, f"{ORM}Query", f"{ORM}RelationshipProperty"}  # of SQLAlchemy's own, whatever their brackets hold
COLLECTIONS = {"builtins.list", "builtins.set", "typing.List", "typing.Set"}
OWN_ANNOTATION = {"dynamic", "write_only"}  # `DynamicMapped` and `WriteOnlyMapped`
NOTHING: Expr = ("const", None)


def is_refused(note: MappedNote, place: Place, ctx: Context) -> bool:
    """Whether an attribute with such a value may have no annotation but `Mapped[…]` and its like."""
    cls = Kind("class", note.qualname, ctx.file)
    function = ctx.bindings(cls, note.name)
    if len(function) != 1:
        return False
    if function[0][0] == "def":
        scope = ctx.outline.scopes[str(function[0][1])]
        declared = any(ctx.symbol(decorator, note.qualname) in DECLARED for decorator in scope.decorators)
        return declared and place == "above"
    symbol = maker_of(note, ctx)
    if place == "above":
        return symbol in COLUMNS
    return (note.value in (None, NOTHING) or symbol in ATTRIBUTES) and not allows_unmapped(cls, ctx)


def maker_of(note: MappedNote, ctx: Context) -> str:
    """What makes the attribute: `sqlalchemy.Column`, `sqlalchemy.orm.relationship`; empty for anything else."""
    return ctx.symbol(note.made[1], note.scope) if note.made and note.made[0] == "call" else ""


def is_unmapped(note: Expr, scope: str, ctx: Context) -> bool:
    """Whether an annotation is certainly none that SQLAlchemy reads."""
    match note:
        case ("const", str(text)):
            inner = parsed(text)
            return inner[0] != "const" and is_unmapped(inner, scope, ctx)
        case ("union", _, _):
            return True
        case ("index", head, _):
            kind = ctx.kind(head, scope)
            return kind.symbol in REFUSED or (kind.symbol.startswith(HOMES) and not kind.symbol.endswith(".ClassVar"))
        case ("name", name) if is_missing(name, scope, ctx):
            return True
        case ("name" | "attr", *_):
            return is_plain(note, scope, ctx)
    return False


def is_plain(name: Expr, scope: str, ctx: Context) -> bool:
    """Whether a name without brackets is a class, and not what a file calls `Mapped[…]`."""
    source = ctx.source_of(name, scope)
    if source and any(expr[0] != "class" for expr in ctx.bindings(Kind("module", "", source[0]), source[1])):
        return False
    kind = ctx.kind(name, scope)
    return kind.word == "class" or (kind.word == "external" and kind.symbol.startswith((*HOMES, "sqlalchemy.")))


def is_missing(name: str, scope: str, ctx: Context) -> bool:
    """Whether a file does not know a name at all, as that of a class that only a string mentions."""
    known = {name for found in ctx.outline.scopes.values() for name in found.bindings}
    return name not in known and not ctx.outline.stars and not ctx.kind(("name", name), scope).known


class Wrapped(NamedTuple):
    """An annotation inside `Mapped[…]`, and whether the attribute then is what it was."""

    written: Imported
    safety: Applicability


def with_mapped(note: MappedNote, text: str, ctx: Context) -> Wrapped | None:
    """The annotation with `Mapped`; None where it would say something else, or is no type."""
    symbol = maker_of(note, ctx)
    inner, safety = (related if symbol in RELATIONSHIPS else held)(note, text, ctx)
    around = ctx.name(MAPPED, note.qualname)
    if not inner or around is None or symbol in {"", DYNAMIC}:
        return None
    return Wrapped(Imported(f"{around.code}[{inner}]", around.requests), safety)


def held(note: MappedNote, text: str, ctx: Context) -> tuple[str, Applicability]:
    """The annotation of a column or of its like, whose names must be known at run time."""
    expr = unquoted(note.note)
    names = list(names_in(expr))
    head = ctx.symbol(expr[1] if expr[0] == "index" else expr, note.qualname)
    known = names and all(exists(name, note.name, note.qualname, ctx) for name in names)
    return (text if known and not head.startswith("sqlalchemy.") else ""), "safe"


def related(note: MappedNote, text: str, ctx: Context) -> tuple[str, Applicability]:
    """The annotation of a relationship, which decides whether it is to one or to many."""
    keywords = dict(note.made[3]) if note.made else {}
    expr, text, quoted = held_by_property(note.note, text, note.qualname, ctx)
    target, many = target_of(expr, note.qualname, ctx)
    lazy, uselist = keywords.get("lazy", NOTHING), keywords.get("uselist", ("const", many))
    readable = lazy[0] == "const" and lazy[1] not in OWN_ANNOTATION and "" not in keywords
    if target is None or not readable or uselist != ("const", many):
        return "", "unsafe"
    if not many:
        lead = relationship_at((ctx.file, note.qualname), note.name, ctx)
        to_one = "uselist" in keywords or (lead is not None and lead.many is False)
        return f'"{text}"' if quoted else text, "safe" if to_one else "unsafe"
    if not quoted:
        return text, "safe"
    # In `Mapped["list[Post]"]` SQLAlchemy would see no list.
    head = dotted(expr[1])
    known = exists(head.partition(".")[0], note.name, note.qualname, ctx)
    return (f'{head}["{dotted(target)}"]' if known else ""), "safe"


def held_by_property(expr: Expr, text: str, scope: str, ctx: Context) -> tuple[Expr, str, bool]:
    """`List["Post"]` of `"RelationshipProperty[List[Post]]"`: the type, its code, and whether that was quoted."""
    quoted = False
    while True:
        match expr:
            case ("const", str(code)):
                expr, text, quoted = parsed(code), code, True
            case ("index", head, inner) if ctx.symbol(head, scope) == f"{ORM}RelationshipProperty":
                expr, text = inner, code_inside(text)
            case _:
                return expr, text, quoted


def target_of(expr: Expr, scope: str, ctx: Context) -> tuple[Expr | None, bool]:
    """The class that an annotation names, if one, and whether there are many of it."""
    many = False
    match expr:
        case ("index", head, inner) if ctx.symbol(head, scope) in COLLECTIONS:
            target, many = inner, True
        case ("index", head, inner) if ctx.symbol(head, scope) in {"typing.Optional", "typing.Union"}:
            target = inner[1][0] if inner[0] == "tuple" and inner[1][1:] == (NOTHING,) else inner
        case ("union", target, ("const", None)):
            pass
        case _:
            target = expr
    target = unquoted(target)
    kind = ctx.kind(target, scope)
    entity = kind.word == "class" and ctx.instance(kind).word in TABLED
    missing = target[0] == "name" and is_missing(target[1], scope, ctx)
    return (target if dotted(target) and (entity or missing) else None), many


def unquoted(expr: Expr) -> Expr:
    return parsed(expr[1]) if expr[0] == "const" and isinstance(expr[1], str) else expr
