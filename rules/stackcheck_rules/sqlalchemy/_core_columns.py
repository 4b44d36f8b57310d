"""Which type a column has: of a table that the project defines, or of a mapped class."""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Kind
from stackcheck_rules.sqlalchemy._core_values import MAPPED, attributes

COLUMNS = {"sqlalchemy.Column", "sqlalchemy.orm.mapped_column"}


def type_of(value: Expr, scope: str, ctx: Context) -> str:
    """The documented name of a column's type, or of what its annotation maps; empty where it is not known."""
    match value:
        case ("attr", ("attr", table, "c" | "columns"), str(name)):
            found = set(types_in_table(table, name, scope, ctx))
        case ("index", ("attr", table, "c" | "columns"), ("const", str(name))):
            found = set(types_in_table(table, name, scope, ctx))
        case ("attr", owner, str(name)):
            found = set(types_in_class(owner, name, scope, ctx))
        case _:
            return ""
    return found.pop() if len(found) == 1 else ""


def types_in_table(table: Expr, name: str, scope: str, ctx: Context) -> Iterator[str]:
    source = ctx.source_of(table, scope)
    if table[0] == "call":
        written, file = [table], ctx.file
    elif source is not None:
        written, file = [*ctx.bindings(Kind("module", "", source[0]), source[1])], source[0]
    else:
        return
    for call in written:
        match call:
            case ("call", function, positional, _) if ctx.symbol(function, "", file) == "sqlalchemy.Table":
                for column in positional:
                    match column:
                        case ("call", _, (("const", column_name), *_), _) if column_name == name:
                            yield type_in(column, "", file, ctx)


def types_in_class(owner: Expr, name: str, scope: str, ctx: Context) -> Iterator[str]:
    for cls, value, note in attributes(owner, name, scope, ctx):
        found = type_in(value, cls.symbol, cls.file, ctx)
        match note:
            case ("index", mapped, inner) if not found and ctx.symbol(mapped, cls.symbol, cls.file) == MAPPED:
                yield ctx.symbol(inner, cls.symbol, cls.file)
            case _:
                yield found


def type_in(column: Expr, scope: str, file: str, ctx: Context) -> str:
    """The type that a `Column(…)` names, which may follow the column's name."""
    match column:
        case ("call", function, positional, keywords) if ctx.symbol(function, scope, file) in COLUMNS:
            rest = positional[1:] if positional and positional[0][0] == "const" else positional
            given = dict(keywords).get("type_") or (rest[0] if rest else None)
            kind = given and (given[1] if given[0] == "call" else given)
            return ctx.symbol(kind, scope, file) if kind else ""
    return ""
