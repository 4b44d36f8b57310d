"""When a column is not for this rule to rewrite: what its class is, and what else uses the column there.

`mapped_column()` gives a `MappedColumn`, which compares and orders like a `Column` but has none of
its properties until the class is mapped.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stackcheck import Applicability, Context, Expr, Kind, root_name
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.sqlalchemy._column_types import sql_name

DATACLASSES = {"dataclasses.dataclass", "attr.s", "attr.attrs", "attr.dataclass", "attr.define", "attrs.define",
               "attrs.mutable", "pydantic.dataclasses.dataclass"}  # fmt: skip
CONTAINERS = {"builtins.dict", "builtins.frozenset", "builtins.list", "builtins.set", "builtins.tuple"}
# What a `MappedColumn` has of a `Column` (`ColumnOperators`; its `label` is not implemented).
OPERATORS = """
    all_ any_ asc between bitwise_and bitwise_lshift bitwise_not bitwise_or bitwise_rshift bitwise_xor
    bool_op collate concat contains desc distinct endswith icontains iendswith ilike in_ is_
    is_distinct_from is_not is_not_distinct_from isnot isnot_distinct_from istartswith like match
    not_ilike not_in not_like notilike notin_ notlike nulls_first nulls_last nullsfirst nullslast op
    regexp_match regexp_replace startswith
"""
ALLOWED = frozenset(OPERATORS.split())
TABLED = {"orm", "flask-model"}  # the words of classes with a table
MAPPER_COLUMNS = {"polymorphic_on", "primary_key", "version_id_col"}  # where a mapper takes a `mapped_column`


def class_words(kind: Kind, ctx: Context) -> frozenset[str]:
    """What a class and its heirs are: `orm`, `sqlmodel`, `instance` for a class of no known kind, …"""
    found = {ctx.instance(ancestor).word for ancestor in (kind, *ctx.ancestry(kind).classes)}
    return frozenset({*found, *(ctx.fact(heirs, (kind.file, kind.symbol)) or ())})


def class_safety(kind: Kind, ctx: Context) -> Applicability | None:
    """How safe it is to rewrite the columns of a class at best; None where its columns stay."""
    words, bound = class_words(kind, ctx), ctx.outline.scopes[kind.symbol].bindings
    if words & {"orm-dataclass", "sqlmodel"} or "__table__" in bound or is_dataclass(kind, ctx):
        return None
    return "unsafe" if not words & TABLED or shares_table(kind, ctx) else "safe"


def is_dataclass(kind: Kind, ctx: Context) -> bool:
    """Whether a decorator makes fields of the annotated attributes of a class or of one above it."""
    for ancestor in ctx.ancestry(kind).classes:
        scope = ctx.scope(ancestor)
        for decorator in scope.decorators if scope else ():
            called = decorator[1] if decorator[0] == "call" else decorator
            if scope and ctx.symbol(called, scope.parent, ancestor.file) in DATACLASSES:
                return True
    return False


def shares_table(kind: Kind, ctx: Context) -> bool:
    """Whether the rows of a class are in the table of a class above it."""
    for ancestor in ctx.ancestry(kind).classes:
        if ctx.bindings(ancestor, "__abstract__") and ancestor != kind:
            continue
        names = ctx.bindings(ancestor, "__tablename__") if ancestor.file else ()
        if names and names[0] != ("const", None):
            return ancestor != kind and names[0][0] == "const" and ctx.instance(ancestor).word in TABLED
    return False


def key_names(kind: Kind, ctx: Context) -> frozenset[str]:
    """The columns that a `PrimaryKeyConstraint` in `__table_args__` names."""
    found: set[str] = set()
    for binding in ctx.outline.scopes[kind.symbol].bindings.get("__table_args__", ()):
        for item in binding.expr[1] if binding.expr[0] == "tuple" else ():
            if item[0] == "call" and sql_name(ctx.symbol(item[1]))[1] == "PrimaryKeyConstraint":
                found.update(str(given[1]) for given in item[2] if given[0] in {"const", "name"})
    return frozenset(found)


def misused(model: cst.ClassDef, names: frozenset[str], ctx: Context) -> frozenset[str]:
    """Attributes that the body of their class uses in a way that only a `Column` allows."""
    return frozenset(_misused_in(model, names, ctx))


def _misused_in(model: cst.ClassDef, names: frozenset[str], ctx: Context) -> Iterator[str]:
    for part in model.body.body:
        if isinstance(part, cst.FunctionDef):
            yield from _misused_by(part, ctx)
            continue
        if isinstance(part, cst.ClassDef):
            continue
        for node in ctx.below(part, cst.Attribute):
            match node:
                case cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value=used)) if name in names:
                    if used not in ALLOWED:
                        yield name
        for call in ctx.below(part, cst.Call):
            passed = {arg.value.value for arg in call.args if isinstance(arg.value, cst.Name)} & names
            if passed and not takes_columns(call.func, names, ctx):
                yield from passed
        for text in ctx.below(part, cst.FormattedStringExpression):
            yield from {text.expression.value} & names if isinstance(text.expression, cst.Name) else ()
        for pair in ctx.below(part, cst.DictElement):
            yield from names_held(pair.key) & names
        for name, value in assigned(part):
            if name == "__mapper_args__":
                yield from names & {found.value for found in ctx.below(left_to_mapper(value), cst.Name)}


def left_to_mapper(options: cst.BaseExpression) -> cst.BaseExpression:
    """What stands in `__mapper_args__` but for the columns that a mapper takes in either form."""
    match options:
        case cst.Dict(elements=elements):
            left = [part for part in elements if key_of(part) not in MAPPER_COLUMNS]
            return options.with_changes(elements=left)
        case cst.Call(args=args):
            return options.with_changes(args=[arg for arg in args if key_of(arg) not in MAPPER_COLUMNS])
    return options


def key_of(part: cst.BaseDictElement | cst.Arg) -> str:
    match part:
        case cst.DictElement(key=cst.SimpleString() as key):
            return str(key.evaluated_value)
        case cst.Arg(keyword=cst.Name(value=name)):
            return name
    return ""


def held(model: cst.ClassDef, names: frozenset[str], ctx: Context) -> frozenset[str]:
    """Attributes that stand in a list of the class's own, from where any code may take them for a `Column`."""
    values = (value for part in model.body.body for name, value in assigned(part) if not name.startswith("__"))
    return frozenset(name for value in values if not isinstance(value, cst.Name) for name in names_held(value)) & names


def assigned(part: cst.CSTNode) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The names that a line of a class body binds, each with its value."""
    for statement in part.body if isinstance(part, cst.SimpleStatementLine) else ():
        match statement:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value):
                yield name, value
            case cst.AnnAssign(target=cst.Name(value=name), value=cst.BaseExpression() as value):
                yield name, value


def names_held(value: cst.BaseExpression) -> set[str]:
    """The names that an expression is, or holds as a list does."""
    match value:
        case cst.Name(value=name):
            return {name}
        case cst.List(elements=items) | cst.Tuple(elements=items) | cst.Set(elements=items) | cst.Dict(elements=items):
            return {
                name
                for item in items
                if not isinstance(item, cst.StarredDictElement)
                for name in names_held(item.value)
            }
    return set()


def _misused_by(function: cst.FunctionDef, ctx: Context) -> Iterator[str]:
    """A `declared_attr` gets the class before its columns are mapped."""
    symbols = {ctx.symbol(decorator.decorator) for decorator in function.decorators}
    if not any(".declared_attr" in symbol for symbol in symbols):
        return
    for node in ctx.below(function.body, cst.Attribute):
        if isinstance(node.value, cst.Attribute) and node.attr.value not in ALLOWED:
            yield from own_column(node.value)
    if function.name.value == "__mapper_args__":
        for returned in ctx.below(function.body, cst.Return):
            for node in ctx.below(left_to_mapper(returned.value), cst.Attribute) if returned.value else ():
                yield from own_column(node)


def own_column(node: cst.Attribute) -> Iterator[str]:
    """`name` of `cls.name`."""
    match node:
        case cst.Attribute(value=cst.Name(value="cls" | "self"), attr=cst.Name(value=name)):
            yield name


def takes_columns(function: cst.BaseExpression, names: frozenset[str], ctx: Context) -> bool:
    """Whether a call passes columns to SQLAlchemy or into a container: `Index("i", x)`, `select(x).order_by(y)`."""
    symbol = ctx.symbol(function)
    if symbol in CONTAINERS or symbol.startswith("sqlalchemy."):
        return True
    head: Expr = ("name", root_name(ctx.expr(function)))
    return head[1] in names or ctx.symbol(head, ctx.scope_of(function)).startswith("sqlalchemy.")
