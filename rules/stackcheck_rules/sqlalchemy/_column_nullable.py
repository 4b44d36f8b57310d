"""Whether the annotation of a column and its arguments agree on None, and how they would."""

from __future__ import annotations

from stackcheck import Context, Expr, Fix, Imported, Kind
from stackcheck_rules.analyses.descendants import descendants
from stackcheck_rules.analyses.mapped_notes import MappedNote
from stackcheck_rules.sqlalchemy._call_edits import replaced, source
from stackcheck_rules.sqlalchemy._column_fix import without_none
from stackcheck_rules.sqlalchemy._column_guards import shares_table
from stackcheck_rules.sqlalchemy._column_names import UNIONS, code_inside, parsed
from stackcheck_rules.sqlalchemy._column_parts import MAPPED_COLUMN, NULL, Given, item_name
from stackcheck_rules.sqlalchemy._mapped_notes import is_plain, maker_of

ANYTHING = {"builtins.object", "typing.Any", "typing.Hashable", "typing.TypeVar"}
# What puts a value into a NOT NULL column for which the program has none.
FILLING = {"default", "insert_default", "onupdate", "server_default", "server_onupdate"}
FILLED = {"Computed", "FetchedValue", "Identity", "Sequence"}
YES: Expr = ("const", True)


def disagreement(note: MappedNote, given: Given, ctx: Context) -> str:
    """What the annotation and the arguments of a column say against each other, if anything."""
    key = given.keywords.get("primary_key") == YES
    filled = (
        key or FILLING & given.keywords.keys() or any(item_name(i, given.source, ctx) in FILLED for i in given.items)
    )
    match given.keywords.get("nullable"), admits_none(note.note[2], note.qualname, ctx):
        case ("const", True), False if not is_shared(Kind("class", note.qualname, ctx.file), ctx):
            return "is NULL by `nullable=True`, and its annotation says that it is never None"
        case ("const", False), True if not filled:
            return "is NOT NULL by `nullable=False`, and its annotation admits None"
        case None, True if key and maker_of(note, ctx) == MAPPED_COLUMN:
            return "belongs to the primary key, and its annotation makes it NULL"
    return ""


def is_shared(cls: Kind, ctx: Context) -> bool:
    """Whether the columns of a class are in the table of one above it, where other rows have to leave them NULL."""
    if ctx.bindings(cls, "__tablename__"):
        return False
    below = (Kind("class", name, file) for file, name in ctx.fact(descendants, (cls.file, cls.symbol)) or ())
    return any(shares_table(one, ctx) for one in (cls, *below))


def agreeing(note: MappedNote, ctx: Context) -> Fix | None:
    """The annotation with None where it has none, and without where it has."""
    whole, inner = source(note.note_at, ctx), note.note[2]
    quoted = inner[0] == "const"
    text = str(inner[1]) if quoted else code_inside(whole)
    optional, left = without_none(text, parsed(text), note.qualname, ctx)
    if optional and left == text:
        return None
    written = Imported(left, ()) if optional else or_none(text, note.qualname, ctx)
    if written is None:
        return None
    code = f'"{written.code}"' if quoted else written.code
    edits = (replaced(note.note_at, f"{whole[: whole.index('[')]}[{code}]", ctx),)
    return Fix(edits, "Say in the annotation what the column is", written.requests, "unsafe")


def or_none(text: str, scope: str, ctx: Context) -> Imported | None:
    if ctx.python >= UNIONS:
        return Imported(f"{text} | None", ())
    optional = ctx.name("typing.Optional", scope)
    return Imported(f"{optional.code}[{text}]", optional.requests) if optional else None


def admits_none(note: Expr, scope: str, ctx: Context) -> bool | None:
    """Whether a type includes None; None where that is not known."""
    match note:
        case ("const", None):
            return True
        case ("const", str(text)):
            return admits_none(parsed(text), scope, ctx)
        case ("union", left, right):
            return any_of([left, right], scope, ctx)
        case ("index", head, inner):
            items = list(inner[1]) if inner[0] == "tuple" else [inner]
            match ctx.symbol(head, scope):
                case "typing.Optional":
                    return True
                case "typing.Union":
                    return any_of(items, scope, ctx)
                case "typing.Annotated":
                    return admits_none(items[0], scope, ctx)
                case "typing.Literal":
                    return NULL in items
            return False if is_plain(head, scope, ctx) else None
        case ("name" | "attr", *_):
            symbol = ctx.symbol(note, scope)
            known = is_plain(note, scope, ctx) and symbol not in ANYTHING and not symbol.startswith("sqlalchemy.")
            return False if known else None
    return None


def any_of(types: list[Expr], scope: str, ctx: Context) -> bool | None:
    found = {admits_none(one, scope, ctx) for one in types}
    return True if True in found else None if None in found else False
