"""What an argument of SQLAlchemy's Core is: a SQL expression, a list of them, or something that may be either."""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import UNKNOWN, Context, Expr, Kind
from stackcheck_rules.analyses.core_calls import CoreCall, Given

COLUMNS = {f"sqlalchemy.{name}" for name in ("Column", "orm.mapped_column", "orm.column_property", "orm.deferred")}
MAPPED = "sqlalchemy.orm.Mapped"
ORM = {"orm", "orm-dataclass", "sqlmodel", "flask-model"}
FROMS = {"table", "subquery", "alias", "cte", "join"}
STATEMENTS = {"select", "compound", "insert", "update", "delete", "text"}
DISPLAYS = {"List", "Tuple"}
LISTS = {"ListComp", "ListSum", "SetComp"}
OPERATIONS = {"Compare", "BinOp", "UnaryOp"}


def symbol_of(call: CoreCall, ctx: Context) -> str:
    """The documented name of the function that is called, empty for a method or for anything else."""
    return ctx.symbol(call.call.function, call.call.scope)


def receiver_of(call: CoreCall, ctx: Context) -> Kind:
    """What a method of SQLAlchemy's own is called on; UNKNOWN where the project defines the method, and so on."""
    own = ctx.kind(call.call.function, call.call.scope).word == "function"
    return UNKNOWN if own else ctx.kind(call.call.receiver, call.call.scope)


def is_column(value: Expr, scope: str, ctx: Context) -> bool:
    """Whether an expression is a column of a table or of a mapped class."""
    match value:
        case ("attr", ("attr", table, "c" | "columns"), _) | ("index", ("attr", table, "c" | "columns"), _):
            return ctx.kind(table, scope).word in FROMS
        case ("attr", owner, str(name)):
            return any(maps(cls, value, note, ctx) for cls, value, note in attributes(owner, name, scope, ctx))
    return False


def attributes(owner: Expr, name: str, scope: str, ctx: Context) -> Iterator[tuple[Kind, Expr, Expr]]:
    """What a mapped class, or the nearest above it, binds a name to: that class, the value, the annotation."""
    cls = ctx.kind(owner, scope)
    if cls.word == "class" and cls.certain and ctx.instance(cls).word in ORM:
        for above in ctx.ancestry(cls).classes:
            found = ctx.bindings(above, name) if above.file else ()
            notes = ctx.annotations(above, name) if found else ()
            yield from ((above, value, note) for value, note in zip(found, notes, strict=True))
            if found:
                return


def maps(cls: Kind, value: Expr, note: Expr, ctx: Context) -> bool:
    """Whether an attribute of a class is a column: by what it is bound to, or by `Mapped[…]`."""
    for part in (value, note):
        match part:
            case ("call" | "index", made, *_) if ctx.symbol(made, cls.symbol, cls.file) in COLUMNS | {MAPPED}:
                return True
    return False


def is_function(value: Expr, scope: str, ctx: Context) -> bool:
    """Whether an expression is a call of `func.…`."""
    match value:
        case ("call", function, _, _):
            return ctx.symbol(function, scope).startswith("sqlalchemy.func.")
    return False


def is_element(value: Expr, scope: str, ctx: Context) -> bool:
    """Whether an expression is one of SQL, and neither None nor a list."""
    match value:
        case ("call", ("attr", owner, _) as function, _, _):
            return ctx.symbol(function, scope).startswith("sqlalchemy.") or is_element(owner, scope, ctx)
        case ("call", function, _, _):
            return ctx.symbol(function, scope).startswith("sqlalchemy.")
    kind = ctx.kind(value, scope)
    return (kind.word in FROMS | STATEMENTS and kind.certain) or is_column(value, scope, ctx)


def is_one(given: Given, scope: str, ctx: Context) -> bool:
    """Whether an argument is surely one SQL expression."""
    return given.form in OPERATIONS or is_element(given.value, scope, ctx)


def is_display(value: Expr) -> bool:
    """Whether a value was written as a list or a tuple, whichever way was taken."""
    match value:
        case ("list" | "tuple", _):
            return True
        case ("either", items):
            return all(is_display(item) for item in items)
    return False


def is_list(given: Given, scope: str, ctx: Context) -> bool:
    """Whether an argument is surely a list or a tuple."""
    if is_display(given.value) or given.form in LISTS:
        return True
    kind = ctx.kind(given.value, scope)
    # What a class attribute is declared to be is what an instance has there: `User.posts` is no list.
    return given.value[0] != "attr" and kind.word in {"list", "tuple"} and kind.certain
