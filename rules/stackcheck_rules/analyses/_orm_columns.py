"""Columns of declarative classes, as they are written: which tables they refer to, whether they admit NULL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Evaluator, Expr, parse_expr

COLUMNS = {"sqlalchemy.Column", "sqlalchemy.orm.mapped_column"}
WRAPPERS = {"sqlalchemy.orm.deferred", "sqlalchemy.orm.column_property", "sqlalchemy.orm.query_expression"}
FOREIGN_KEY = "sqlalchemy.ForeignKey"
MAPPED = "sqlalchemy.orm.Mapped"
CLASS_VARIABLE = "typing.ClassVar"
OTHER: Expr = ("other",)
NO_TABLE = "?"  # the table of a foreign key that cannot be read


class Source(NamedTuple):
    """Where an expression is to be read."""

    scope: str
    file: str


class Column(NamedTuple):
    """`name` is the column's own where it has another one than its attribute, else empty.

    `tables` are those that its foreign keys refer to; `required` is whether it is surely NOT NULL, None where
    nothing is said of that.
    """

    name: str
    tables: tuple[str, ...]
    required: bool | None


class Key(NamedTuple):
    """A foreign key: columns, by attribute or by name, and the table that they refer to.

    The table is `?` where it cannot be read, and `file::qualname` where only the class is known.
    """

    columns: tuple[str, ...]
    table: str


def symbol_of(expr: Expr, source: Source, evaluator: Evaluator) -> str:
    """The dotted name of what a library's name refers to, empty for what the project defines itself."""
    kind = evaluator.value(source.file, source.scope, expr)
    return "" if kind.file else kind.symbol


def column_in(value: Expr, note: Expr, source: Source, evaluator: Evaluator, *, fields: bool = False) -> Column | None:
    """The column that a class attribute is; with `fields` an annotation alone makes one, as in SQLModel."""
    symbol = symbol_of(value[1], source, evaluator) if value[0] == "call" else ""
    if symbol in WRAPPERS and value[2]:
        return column_in(value[2][0], note, source, evaluator)
    if symbol in COLUMNS:
        made = described(value, source, evaluator)
        return with_note(made, note, source, evaluator) if symbol.endswith("mapped_column") else made
    if value == OTHER and inside_mapped(note, source, evaluator) is not None:
        return with_note(Column("", (), None), note, source, evaluator)
    if fields and note != OTHER and symbol in {"", "sqlmodel.Field"} and not is_class_variable(note, source, evaluator):
        table = dict(value[3]).get("foreign_key", OTHER) if symbol else OTHER
        return Column("", (table_of(table, source, evaluator),) if table != OTHER else (), None)
    return None


def described(call: Expr, source: Source, evaluator: Evaluator) -> Column:
    """What `Column(…)` or `mapped_column(…)` says, without its annotation."""
    _, _, positional, pairs = call
    keywords = dict(pairs)
    named = keywords.get("name", positional[0] if positional else OTHER)
    name = named[1] if named[0] == "const" and isinstance(named[1], str) else ""
    parts = [(item, symbol_of(item[1], source, evaluator)) for item in positional if item[0] == "call"]
    targets = [
        item[2][0] if item[2] else dict(item[3]).get("column", OTHER) for item, made in parts if made == FOREIGN_KEY
    ]
    identity = any(made == "sqlalchemy.Identity" for _, made in parts)
    required = True if keywords.get("primary_key") == ("const", True) or identity else None
    if "nullable" in keywords or "" in keywords:
        required = keywords.get("nullable") == ("const", False)
    return Column(name, tuple(table_of(target, source, evaluator) for target in targets), required)


def with_note(column: Column, note: Expr, source: Source, evaluator: Evaluator) -> Column:
    """The column with what `Mapped[…]` adds: a type that excludes None, and what an `Annotated` type holds."""
    inner = inside_mapped(note, source, evaluator)
    if inner is None:
        return column
    inner, parts, home = annotated(inner, source, evaluator)
    added = [
        described(part, home, evaluator)
        for part in parts
        if part[0] == "call" and symbol_of(part[1], home, evaluator) in COLUMNS
    ]
    plain = inner[0] in {"name", "attr"} and evaluator.value(home.file, home.scope, inner).word in {"class", "external"}
    return Column(
        column.name,
        (*column.tables, *(table for one in added for table in one.tables)),
        column.required if column.required is not None else plain or any(one.required for one in added),
    )


def inside_mapped(note: Expr, source: Source, evaluator: Evaluator) -> Expr | None:
    """`int` of `Mapped[int]` and of `"Mapped[int]"`; None for any other annotation."""
    if note[0] == "const" and isinstance(note[1], str):
        note = parse_expr(note[1])
    if note[0] != "index" or symbol_of(note[1], source, evaluator) != MAPPED:
        return None
    inner = note[2]
    return parse_expr(inner[1]) if inner[0] == "const" and isinstance(inner[1], str) else inner


def annotated(inner: Expr, source: Source, evaluator: Evaluator) -> tuple[Expr, tuple[Expr, ...], Source]:
    """The type, the other arguments of `Annotated[type, …]`, and where to read both; an alias is followed."""
    place = evaluator.definition(source.file, source.scope, inner) if inner[0] in {"name", "attr"} else None
    bound = evaluator.project.bindings(place[0], "", place[1]) if place else ()
    if place and len(bound) == 1 and bound[0].expr[0] == "index":
        inner, source = bound[0].expr, Source("", place[0])
    match inner:
        case ("index", head, ("tuple", (first, *rest))):
            if symbol_of(head, source, evaluator).rpartition(".")[2] == "Annotated":
                return first, tuple(rest), source
    return inner, (), source


def is_class_variable(note: Expr, source: Source, evaluator: Evaluator) -> bool:
    head = note[1] if note[0] == "index" else note
    return symbol_of(head, source, evaluator) == CLASS_VARIABLE


def constraint_keys(arguments: Expr, source: Source, evaluator: Evaluator) -> Iterator[Key]:
    """The foreign keys that the `ForeignKeyConstraint`s in `__table_args__` make."""
    for item in arguments[1] if arguments[0] == "tuple" else ():
        if item[0] != "call" or symbol_of(item[1], source, evaluator) != f"{FOREIGN_KEY}Constraint":
            continue
        given = {**dict(zip(("columns", "refcolumns"), item[2], strict=False)), **dict(item[3])}
        match given.get("columns"), given.get("refcolumns"):
            case ("list" | "tuple", columns), ("list" | "tuple", (target, *_)):
                names = tuple(str(one[1]) if one[0] in {"const", "name"} else NO_TABLE for one in columns)
                yield Key(names, table_of(target, source, evaluator))


def table_of(target: Expr, source: Source, evaluator: Evaluator) -> str:
    """The table that a foreign key names: `"users.id"`, `"public.users.id"`, `User.id` or `users.c.id`."""
    match target:
        case ("const", str(text)) if text.count("."):
            return text.split(".")[-2]
        case ("attr", ("attr", ("attr", owner, "__table__"), "c" | "columns"), _) | ("attr", owner, _):
            kind = evaluator.value(source.file, source.scope, owner)
            if kind.word == "class" and kind.file:
                return class_table(kind.file, kind.symbol)
            match owner:
                case ("attr", table, "c" | "columns"):
                    return named_table(table, source, evaluator) or NO_TABLE
    return NO_TABLE


def class_table(file: str, qualname: str) -> str:
    """What stands for the table of a class, whatever its name."""
    return f"{file}::{qualname}"


def named_table(table: Expr, source: Source, evaluator: Evaluator) -> str:
    """The name of the table that a module variable holds: `users = Table("users", …)`."""
    place = evaluator.definition(source.file, source.scope, table)
    bound = evaluator.project.bindings(place[0], "", place[1]) if place else ()
    return table_name(bound[0].expr, "", Source("", place[0]), evaluator) if place and len(bound) == 1 else ""


def table_name(value: Expr, symbol: str, source: Source, evaluator: Evaluator) -> str:
    """The table that `__tablename__` or `__table__` says: a string, the class's name in small letters, a `Table`."""
    match value:
        case ("const", str(name)):
            return name
        case ("call", ("attr", ("attr", ("name", "cls" | "self"), "__name__"), "lower"), (), ()):
            return symbol.rpartition(".")[2].lower()
        case ("call", function, (("const", str(name)), *_), _):
            return name if symbol_of(function, source, evaluator) == "sqlalchemy.Table" else ""
        case ("name", _) | ("attr", *_):
            return named_table(value, source, evaluator)
    return ""


def computed_names(symbol: str) -> frozenset[str]:
    """What a function may make of a class's name; only a foreign key that names one of these shows which."""
    name = symbol.rpartition(".")[2]
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    return frozenset({name, name.lower(), words, f"{name.lower()}s", f"{words}s"})
