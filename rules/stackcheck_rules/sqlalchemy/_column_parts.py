"""The columns of a class: where each stands, what it was given, whether it admits NULL, what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

import libcst as cst

from stackcheck import Context, Expr, Kind, Outline
from stackcheck_rules.analyses.tables import tables
from stackcheck_rules.sqlalchemy._column_types import UNSURE, PyType, Source, is_null, named, sql_name, type_of

COLUMN, MAPPED_COLUMN = "sqlalchemy.Column", "sqlalchemy.orm.mapped_column"
DECLARED = ("sqlalchemy.orm.declared_attr", "sqlalchemy.orm.declared_attr.cascading")
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
MAKERS = {COLUMN, MAPPED_COLUMN}
NULL: Expr = ("const", None)
DEEPEST = 5  # a foreign key may refer to a column that is a foreign key itself


class Column(NamedTuple):
    """A class attribute that is a column; `given` is the call that makes it, `wrapper` the call around that, if any.

    `definition` is the statement, or the `declared_attr` that returns the column, and `note` what either declares
    it to be. `scope` is that of the class. `alone` is false where the attribute may be something else as well.
    """

    name: str
    target: cst.Name
    definition: cst.Assign | cst.AnnAssign | cst.FunctionDef
    note: cst.Annotation | None
    call: cst.Call
    wrapper: cst.Call | None
    given: Given
    scope: str
    alone: bool


class Given(NamedTuple):
    """What a column was given: its type, if any, the other positional arguments, the keywords.

    `whole` is false where `*args` or `**kwargs` hide more.
    """

    sql_type: Expr
    items: tuple[Expr, ...]
    keywords: Mapping[str, Expr]
    source: Source
    whole: bool


def columns_of(model: cst.ClassDef, maker: str, ctx: Context) -> Iterator[Column]:
    """The attributes in the body of a class that a call of `Column`, or of `mapped_column`, makes."""
    scope = ctx.qualname(model)
    note: cst.Annotation | None
    call: cst.Call | None
    for line in model.body.body:
        for part in line.body if isinstance(line, cst.SimpleStatementLine) else (line,):
            match part:
                case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)], value=cst.Call() as call):
                    note, values = None, 1
                case cst.AnnAssign(target=cst.Name() as target, annotation=note, value=cst.Call() as call):
                    values = 1
                case cst.FunctionDef(name=target, returns=note) if is_declared(part, ctx):
                    returned = [found.value for found in ctx.below(part.body, cst.Return)]
                    call, values = (
                        next((value for value in returned if isinstance(value, cst.Call)), None),
                        len(returned),
                    )
                case _:
                    continue
            inner = made_by(call, maker, ctx) if call else None
            if call is None or inner is None:
                continue
            given = given_of(ctx.expr(inner), Source(ctx.scope_of(inner), ctx.file), ctx)
            alone = values == 1 and len(ctx.outline.scopes[scope].bindings.get(target.value, ())) == 1
            wrapper = None if inner is call else call
            yield Column(target.value, target, part, note, inner, wrapper, given, scope, alone)


def calls_in_classes(maker: str) -> Callable[[Outline, str], bool]:
    """A gate: whether a class binds a name to a call of something of that name, or one wrapped around it."""

    def gate(outline: Outline, text: str) -> bool:
        if maker not in text:
            return False
        names = {maker, *(name for name, bound in outline.module.bindings.items() if bound[0].expr[-1] == maker)}
        return any(is_call_of(expr, names) for expr in values_in_classes(outline))

    return gate


def is_call_of(expr: Expr, names: Set[str]) -> bool:
    match expr:
        case ("call", ("name", name) | ("attr", _, name), positional, _):
            return name in names or any(is_call_of(item, names) for item in positional[:1])
    return False


def values_in_classes(outline: Outline) -> Iterator[Expr]:
    """What the names in the bodies of classes are bound to, and what decorated functions there return."""
    for scope in outline.scopes.values():
        if scope.form == "class":
            yield from (binding.expr for bindings in scope.bindings.values() for binding in bindings)
        elif scope.decorators:
            yield from scope.values


def unannotated(columns: Iterable[Column]) -> frozenset[str]:
    """The columns that stand in the class without an annotation."""
    return frozenset(column.name for column in columns if isinstance(column.definition, cst.Assign))


def is_declared(function: cst.FunctionDef, ctx: Context) -> bool:
    return any(ctx.symbol(decorator.decorator) in DECLARED for decorator in function.decorators)


def made_by(call: cst.Call, maker: str, ctx: Context) -> cst.Call | None:
    """The call of `Column` that an attribute is bound to: itself, or in `deferred(Column(…))`."""
    symbol = ctx.symbol(call.func)
    if symbol == maker:
        return call
    inner = call.args[0].value if call.args and symbol in WRAPPERS and maker == COLUMN else None
    return inner if isinstance(inner, cst.Call) and ctx.symbol(inner.func) == maker else None


def given_of(call: Expr, source: Source, ctx: Context) -> Given:
    """The arguments of `Column(…)` or `mapped_column(…)`, sorted by what they are."""
    _, _, positional, pairs = call
    keywords = dict(pairs)
    rest = list(positional)
    if rest and (rest[0][0] == "const" or is_type(rest[1:2], source, ctx) > is_type(rest[:1], source, ctx)):
        rest.pop(0)  # the column's name, or None for it
    sql_type = keywords.get("type_", NULL)
    if rest and not item_name(rest[0], source, ctx):
        sql_type = rest.pop(0)
    whole = "" not in keywords and all(argument[0] != "item" for argument in positional)
    return Given(sql_type, tuple(rest), keywords, source, whole)


def is_type(given: Sequence[Expr], source: Source, ctx: Context) -> bool:
    """Whether an argument, if there is one, is a type of SQLAlchemy's own."""
    expr = given[0] if given else NULL
    _, name = sql_name(ctx.symbol(expr[1] if expr[0] == "call" else expr, source.scope, source.file))
    return bool(name) and name not in ITEMS


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
    return attribute_type(owner, name, ctx, depth) if owner.word == "class" and owner.file else UNSURE


def attribute_type(owner: Kind, name: str, ctx: Context, depth: int = 0) -> PyType:
    """The type of the values of a column, by its class and its attribute."""
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
