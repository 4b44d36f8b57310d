"""The columns of a class: where each stands, what it was given, whether it admits NULL, what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import libcst as cst

from stackcheck import Binding, Context, Expr, Kind
from stackcheck_rules.analyses.tables import tables
from stackcheck_rules.sqlalchemy._column_types import UNSURE, PyType, Source, is_null, named, sql_name, type_of

COLUMN = "sqlalchemy.Column"
# What `deferred` and `column_property` take besides the column, as `mapped_column` calls it.
WRAPPERS = {
    "sqlalchemy.orm.deferred": {"group": "deferred_group", "raiseload": "deferred_raiseload"},
    "sqlalchemy.orm.column_property": {
        "active_history": "active_history", "deferred": "deferred", "group": "deferred_group",
        "raiseload": "deferred_raiseload",
    },
}  # fmt: skip
ITEMS = {"ForeignKey", "Identity", "Sequence", "Computed", "CheckConstraint", "DefaultClause", "FetchedValue",
         "ColumnDefault", "Constraint"}  # fmt: skip
MAKERS = {COLUMN, "sqlalchemy.orm.mapped_column"}
NULL: Expr = ("const", None)
DEEPEST = 5  # a foreign key may refer to a column that is a foreign key itself


class Column(NamedTuple):
    """A class attribute that is a `Column`; `given` is that call, `wrapper` the call around it, if any."""

    name: str
    target: cst.Name
    statement: cst.Assign | cst.AnnAssign
    call: cst.Call
    wrapper: cst.Call | None
    given: Given
    bindings: tuple[Binding, ...]


class Given(NamedTuple):
    """What a column was given: its type, if any, the other positional arguments, the keywords.

    `whole` is false where `*args` or `**kwargs` hide more.
    """

    sql_type: Expr
    items: tuple[Expr, ...]
    keywords: Mapping[str, Expr]
    source: Source
    whole: bool


def columns_of(model: cst.ClassDef, ctx: Context) -> Iterator[Column]:
    """The columns that stand directly in the body of a class."""
    scope = ctx.qualname(model)
    for line in model.body.body:
        for part in line.body if isinstance(line, cst.SimpleStatementLine) else (line,):
            match part:
                case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)], value=cst.Call() as call):
                    pass
                case cst.AnnAssign(target=cst.Name() as target, value=cst.Call() as call):
                    pass
                case _:
                    continue
            bindings = tuple(ctx.outline.scopes[scope].bindings.get(target.value, ()))
            symbol = ctx.symbol(call.func)
            if symbol == COLUMN:
                given = given_of(ctx.expr(call), Source(scope, ctx.file), ctx)
                yield Column(target.value, target, part, call, None, given, bindings)
            elif symbol in WRAPPERS and call.args and isinstance(call.args[0].value, cst.Call):
                inner = call.args[0].value
                if ctx.symbol(inner.func) == COLUMN:
                    given = given_of(ctx.expr(inner), Source(scope, ctx.file), ctx)
                    yield Column(target.value, target, part, inner, call, given, bindings)


def given_of(call: Expr, source: Source, ctx: Context) -> Given:
    """The arguments of `Column(…)` or `mapped_column(…)`, sorted by what they are."""
    _, _, positional, pairs = call
    keywords = dict(pairs)
    rest = list(positional)
    if rest and rest[0][0] == "const":
        rest.pop(0)  # the column's name, or None for it
    sql_type = keywords.get("type_", NULL)
    if rest and not item_name(rest[0], source, ctx):
        sql_type = rest.pop(0)
    whole = "" not in keywords and all(argument[0] != "item" for argument in positional)
    return Given(sql_type, tuple(rest), keywords, source, whole)


def item_name(expr: Expr, source: Source, ctx: Context) -> str:
    """`ForeignKey` for `ForeignKey("users.id")`; empty for what is none of the parts of a column."""
    if expr[0] != "call":
        return ""
    _, name = sql_name(ctx.symbol(expr[1], source.scope, source.file))
    return name if name in ITEMS else ""


def admits_null(given: Given, in_key: bool, ctx: Context) -> bool | None:
    """Whether the column is NULL by what it was given; None where that is open until run time.

    `in_key` says that a `PrimaryKeyConstraint` of the class names it.
    """
    explicit = given.keywords.get("nullable")
    if explicit is not None:
        # Where it is an expression, that decides, whatever the annotation says.
        return bool(explicit[1]) if explicit[0] == "const" else True
    key = given.keywords.get("primary_key", ("const", False))
    if key[0] != "const":
        return None
    identity = any(item_name(item, given.source, ctx) == "Identity" for item in given.items)
    return not (key[1] or identity or in_key)


def value_type(given: Given, ctx: Context, depth: int = 0) -> PyType | None:
    """The type of the column's values; None where SQLAlchemy would take the SQL type from the annotation."""
    if not is_null(given.sql_type, given.source, ctx):
        kind = type_of(given.sql_type, given.source, ctx)
        known = all(item_name(item, given.source, ctx) for item in given.items)
        return kind if known else kind._replace(sure=False)
    keys = [item for item in given.items if item_name(item, given.source, ctx) == "ForeignKey"]
    if not keys:
        return None
    if len(keys) > 1 or depth > DEEPEST or not keys[0][2]:
        return UNSURE
    return _referenced(keys[0][2][0], given.source, ctx, depth)


def _referenced(target: Expr, source: Source, ctx: Context, depth: int) -> PyType:
    """The type of the column that a foreign key names: `"users.id"` or `User.id`."""
    match target:
        case ("const", str(text)) if text.count("."):
            table, _, name = text.rpartition(".")
            file, symbol = ctx.fact(tables, table.rpartition(".")[2]) or ("", "")
            owner = Kind("class", symbol, file)
        case ("attr", value, str(name)):
            owner = ctx.kind(value, source.scope, source.file)
        case _:
            return UNSURE
    if owner.word != "class" or not owner.file:
        return UNSURE
    for ancestor in ctx.ancestry(owner).classes:
        bound = ctx.bindings(ancestor, name) if ancestor.file else ()
        if len(bound) == 1:
            there = Source(ancestor.symbol, ancestor.file)
            return _column_type(bound[0], ctx.annotations(ancestor, name)[0], there, ctx, depth)
    return UNSURE


def _column_type(expr: Expr, annotation: Expr, there: Source, ctx: Context, depth: int) -> PyType:
    if annotation[0] == "index" and ctx.symbol(annotation[1], there.scope, there.file) == "sqlalchemy.orm.Mapped":
        return named(annotation[2], there, ctx)
    if expr[0] == "call" and ctx.symbol(expr[1], there.scope, there.file) in MAKERS:
        return value_type(given_of(expr, there, ctx), ctx, depth + 1) or UNSURE
    return UNSURE
