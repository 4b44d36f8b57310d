"""What a query is of: one class, columns, or several; and whether its rows have to be made unique."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from stackcheck import Context, Expr, Kind
from stackcheck_rules.analyses._call_facts import Argument
from stackcheck_rules.analyses._orm_drafts import ClassKey
from stackcheck_rules.analyses.orm_classes import OrmClass, Relationship, orm_classes
from stackcheck_rules.analyses.query_chains import Step
from stackcheck_rules.sqlalchemy._entities import is_declarative

Form = Literal["entity", "column", "several", "unknown"]
JOINS = {"join", "outerjoin"}
MULTIPLYING = {"select_from", "from_statement"}
EAGER = {"sqlalchemy.orm.joinedload", "sqlalchemy.orm.contains_eager"}
# Options that load rows of their own, or none.
APART = {
    f"sqlalchemy.orm.{name}"
    for name in ("selectinload", "subqueryload", "lazyload", "raiseload", "immediateload", "noload", "defer", "undefer",
                 "load_only", "undefer_group", "defaultload", "with_loader_criteria")
}  # fmt: skip
NOTHING = Relationship("", ("", ""), None, None, "")
AGGREGATES = {"count", "sum", "min", "max", "avg"}


def form_of(entities: Sequence[Argument], scope: str, ctx: Context) -> Form:
    """Whether a query gives objects of one class, or rows."""
    if not entities or any(entity.name for entity in entities):
        return "unknown"
    forms = [entity_form(entity.expr, scope, ctx) for entity in entities]
    if "unknown" in forms:
        return "unknown"
    return forms[0] if len(forms) == 1 else "several"


def entity_form(expr: Expr, scope: str, ctx: Context) -> Form:
    kind = ctx.kind(expr, scope)
    if is_declarative(kind, ctx):
        return "entity"
    if kind.word in {"table", "subquery"}:
        return "column"
    match expr:
        case ("attr", ("attr", owner, "c" | "columns"), _):
            return "column" if ctx.kind(owner, scope).word in {"table", "subquery"} else "unknown"
        case ("attr", owner, str(name)):
            of = ctx.kind(owner, scope)
            mapped = mapped_class(of, ctx)
            return "column" if mapped is not None and mapped.relationship(name) is None else "unknown"
        case ("call", ("attr", inner, "label" | "distinct" | "asc" | "desc" | "cast" | "over"), _, _):
            return "column" if entity_form(inner, scope, ctx) == "column" else "unknown"
        case ("call", ("attr", inner, "exists"), _, _) if ctx.kind(inner, scope).word in {"select", "query"}:
            return "column"
        case ("call", function, _, _) if is_function(function, scope, ctx):
            return "column"
    return "unknown"


def is_function(function: Expr, scope: str, ctx: Context) -> bool:
    """`func.count`, `func.pg_catalog.now`, or one of SQLAlchemy's own that give a column."""
    symbol = ctx.symbol(function, scope)
    return symbol.startswith("sqlalchemy.func.") or symbol in {
        "sqlalchemy.distinct", "sqlalchemy.literal", "sqlalchemy.literal_column", "sqlalchemy.case", "sqlalchemy.cast",
        "sqlalchemy.extract", "sqlalchemy.exists", "sqlalchemy.type_coerce", "sqlalchemy.null", "sqlalchemy.true",
    }  # fmt: skip


def is_aggregate(entities: Sequence[Argument], scope: str, ctx: Context) -> bool:
    """Whether a query of one column has always exactly one row, if nothing groups or limits it."""
    match [entity.expr for entity in entities]:
        case [("call", ("attr", inner, "label"), _, _)]:
            return is_aggregate_call(inner, scope, ctx)
        case [only]:
            return is_aggregate_call(only, scope, ctx)
    return False


def is_aggregate_call(expr: Expr, scope: str, ctx: Context) -> bool:
    match expr:
        case ("call", ("attr", inner, "exists"), _, _):
            return ctx.kind(inner, scope).word in {"select", "query"}
        case ("call", ("attr", _, str(name)) as function, _, _) if name in AGGREGATES:
            return ctx.symbol(function, scope) == f"sqlalchemy.func.{name}"
    return False


def mapped_class(kind: Kind, ctx: Context) -> OrmClass | None:
    if not is_declarative(kind, ctx):
        return None
    found = ctx.fact(orm_classes, (kind.file, kind.symbol))
    return found if isinstance(found, OrmClass) else None


def needs_unique(form: Form, entities: Sequence[Argument], steps: Sequence[Step], scope: str, ctx: Context) -> bool:
    """Whether what `Query` gives once may stand in several rows. `Query` makes objects unique, `select` does not."""
    if form == "column" or any(step.name == "yield_per" for step in steps):
        return False
    if form == "several":
        return any(entity_form(entity.expr, scope, ctx) == "entity" for entity in entities)
    if any(step.name in MULTIPLYING or (step.name in JOINS and not joins_one(step, scope, ctx)) for step in steps):
        return True
    options = [argument for step in steps if step.name == "options" for argument in step.arguments]
    if any(may_multiply(option, scope, ctx) for option in options):
        return True
    kind = ctx.kind(entities[0].expr, scope)
    return loads_many((kind.file, kind.symbol), frozenset(), ctx)


def joins_one(step: Step, scope: str, ctx: Context) -> bool:
    """Whether a join is along a relationship that leads to one object at most."""
    path = step.arguments[-1].expr if step.arguments and not step.arguments[-1].name else ("other",)
    return path[0] == "attr" and relationship_of(path, scope, ctx).many is False


def relationship_of(path: Expr, scope: str, ctx: Context) -> Relationship:
    """The relationship that `Class.attribute` is; one of which nothing is known where it is none."""
    mapped = mapped_class(ctx.kind(path[1], scope), ctx)
    return (mapped and mapped.relationship(path[2])) or NOTHING


def may_multiply(option: Argument, scope: str, ctx: Context) -> bool:
    """Whether a loader option may join a collection."""
    here = option.expr
    if option.name:
        return True
    while here[0] == "call":
        function, positional = here[1], here[2]
        symbol = ctx.symbol(function, scope)
        chained = function[0] == "attr" and not symbol
        name = f"sqlalchemy.orm.{function[2]}" if chained else symbol
        if name not in APART and not (name in EAGER and all(leads_to_one(path, scope, ctx) for path in positional)):
            return True
        if not chained:
            return False
        here = function[1]
    return True


def leads_to_one(path: Expr, scope: str, ctx: Context) -> bool:
    """Whether a path of a loader option leads to one object, with which no collection is joined."""
    found = relationship_of(path, scope, ctx) if path[0] == "attr" else NOTHING
    return found.many is False and found.target is not None and not loads_many(found.target, frozenset(), ctx)


def loads_many(cls: ClassKey, seen: frozenset[ClassKey], ctx: Context) -> bool:
    """Whether a class has a collection that is always joined, itself or through what is joined to it."""
    mapped = ctx.fact(orm_classes, cls)
    if not isinstance(mapped, OrmClass):
        return True
    if cls in seen:
        return False
    for one in mapped.relationships:
        if one.lazy == "?":
            return True
        if one.lazy in {"joined", "False"} and (
            one.many is not False or one.target is None or loads_many(one.target, seen | {cls}, ctx)
        ):
            return True
    return False
