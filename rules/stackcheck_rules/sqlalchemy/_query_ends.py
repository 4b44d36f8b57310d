"""How queries end, and what each way becomes. What is equal to what was measured on SQLAlchemy 2.0 and 2.1."""

from __future__ import annotations

from collections.abc import Callable

from stackcheck import Context
from stackcheck_rules.sqlalchemy._call_edits import source
from stackcheck_rules.sqlalchemy._query import Query, Rewrite, call, has_no_arguments, inside, rows, with_part
from stackcheck_rules.sqlalchemy._query_entities import is_aggregate
from stackcheck_rules.sqlalchemy._query_steps import Part, Statement
from stackcheck_rules.sqlalchemy._query_text import Wrapper

LISTS = {"list", "List"}
# What a short `select(func.count())` may leave out or keep; anything else counts other rows.
COUNTABLE = {"filter", "where", "filter_by", "order_by", "options"}
UNCOUNTED = {"order_by", "options"}
CHOOSING = {"filter", "where", "filter_by"}


def got(query: Query, ctx: Context) -> Rewrite | None:
    """`query(User).get(1)`: with anything but options between the two it failed, or means something else."""
    last = query.chain.last
    if (
        query.form != "entity"
        or last is None
        or len(last.arguments) != 1
        or last.arguments[0].name not in {"", "ident"}
    ):
        return None
    given = [query.code, source(last.arguments[0].value, ctx)]
    for step in query.chain.steps:
        match step.name:
            case "options" if all(not one.name for one in step.arguments):
                given.append(f"options=[{inside(step, ctx)}]")
            case "populate_existing":
                given.append("populate_existing=True")
            case "with_for_update" if not step.arguments:
                given.append("with_for_update=True")
            case _:
                return None
    if len({step.name for step in query.chain.steps}) < len(query.chain.steps):
        return None
    return Rewrite((call(query, "get"),), Statement(", ".join(given), (), ()), "Session.get")


def every(query: Query, ctx: Context) -> Rewrite | None:
    if not has_no_arguments(query):
        return None
    if query.form == "entity" and is_returned_as_list(query, ctx):
        made = rows(query, "")  # `all()` of a result is a `Sequence` to type checkers
        return made._replace(wrappers=(Wrapper("list(", ")"), *made.wrappers))
    return rows(query, ".all()")


def is_returned_as_list(query: Query, ctx: Context) -> bool:
    scope = ctx.outline.scopes.get(query.chain.scope)
    returns = scope.returns if scope is not None and query.chain.around == "return" else ("other",)
    return returns[0] == "index" and returns[1][-1] in LISTS


def first(query: Query, ctx: Context) -> Rewrite | None:
    if not has_no_arguments(query):
        return None
    made = rows(query._replace(unique=False), ".first()")
    if any(step.name == "from_statement" for step in query.chain.steps):
        return made
    return made._replace(statement=with_part(query.statement, ".limit(1)"))


def only(query: Query, ctx: Context) -> Rewrite | None:
    return rows(query, f".{query.chain.end}()") if has_no_arguments(query) else None


def scalar(query: Query, ctx: Context) -> Rewrite | None:
    """The first column of the one row: `session.scalar()` would take the first of several."""
    if not has_no_arguments(query):
        return None
    if query.form == "entity":
        return rows(query, ".one_or_none()")
    plain = {"filter", "filter_by", "where", "join", "outerjoin", "select_from"}
    single = not query.partial and is_aggregate(query.entities, query.chain.scope, ctx)
    if single and all(step.name in plain for step in query.chain.steps):
        return Rewrite((call(query, "scalar"),), query.statement, "Session.scalar")
    return rows(query, ".scalar_one_or_none()")


def count(query: Query, ctx: Context) -> Rewrite | None:
    """How many rows there are: those of the statement as it is, or of its class where nothing changes how many."""
    scope = query.chain.scope
    select, func = ctx.name("sqlalchemy.select", scope), ctx.name("sqlalchemy.func", scope)
    if not has_no_arguments(query) or select is None or func is None:
        return None
    imports = (*select.requests, *func.requests)
    head, steps = f"{select.code}({func.code}.count())", query.chain.steps
    if not query.partial and query.form == "entity" and all(step.name in COUNTABLE for step in steps):
        kept = [part for part, step in zip(query.statement.parts, steps, strict=True) if step.name not in UNCOUNTED]
        gap = kept[0].gap if kept and "#" not in kept[0].gap else ""
        statement = Statement(head, (Part(gap, f".select_from({query.code})"), *kept), query.statement.imports)
        return Rewrite((call(query, "scalar"),), statement, "func.count", imports=imports)
    inner = with_part(query.statement, ".subquery()")
    return Rewrite((call(query, "scalar"), Wrapper(f"{head}.select_from(", ")")), inner, "func.count", imports=imports)


def as_statement(query: Query, ctx: Context) -> Rewrite | None:
    """`.exists()`, `.subquery()` and the like, of the statement itself."""
    last = query.chain.last
    if last is None:
        return None
    name = "scalar_subquery" if last.name == "as_scalar" else last.name
    if last.name == "subquery" and any(one.name in {"with_labels", "reduce_columns"} for one in last.arguments):
        return None
    code = f".{name}({inside(last, ctx)})"
    return Rewrite((), with_part(query.statement, code), f"select().{name}", waits=False)


def itself(query: Query, ctx: Context) -> Rewrite | None:
    return Rewrite((), query.statement, "select", waits=False)


def sliced(query: Query, ctx: Context) -> Rewrite | None:
    match query.chain.bounds:
        case ("slice", (int() | None) as lower, int(upper)) if (lower or 0) <= upper:
            part = f".slice({lower or 0}, {upper})"
            return rows(query, ".all()")._replace(statement=with_part(query.statement, part))
        case ("slice", int(lower), None):
            return rows(query, ".all()")._replace(statement=with_part(query.statement, f".offset({lower})"))
    return None


def left_open(query: Query, ctx: Context) -> Rewrite | None:
    """A query that a loop, or an argument, runs or takes."""
    match query.chain.around:
        case "for" | "argument list" | "argument tuple" | "argument set" | "argument sorted":
            return rows(query, "")
        case "argument in_" | "argument not_in" | "argument notin_" | "argument union" | "argument union_all":
            return itself(query, ctx)
    return None


def changed(query: Query, ctx: Context) -> Rewrite | None:
    """`update()` and `delete()` of what some conditions choose."""
    last, scope = query.chain.last, query.chain.scope
    if (
        query.partial
        or last is None
        or query.form != "entity"
        or any(step.name not in CHOOSING for step in query.chain.steps)
    ):
        return None
    function = ctx.name(f"sqlalchemy.{last.name}", scope)
    named = {one.name: one for one in last.arguments}
    if function is None or named.keys() - {"", "values", "synchronize_session"} or len(named) < len(last.arguments):
        return None
    values = named.get("values") or named.get("")
    parts = list(query.statement.parts)
    gap = parts[-1].gap if parts and "#" not in parts[-1].gap else ""
    if last.name == "update":
        if values is None or values.expr[0] in {"list", "tuple"}:
            return None
        parts.append(Part(gap, f".values({source(values.value, ctx)})"))
    elif values is not None and not (values.name == "" and last.name == "delete"):
        return None
    how = named.get("synchronize_session") or (values if last.name == "delete" else None)
    if how is not None:
        parts.append(Part(gap, f".execution_options(synchronize_session={source(how.value, ctx)})"))
    statement = Statement(f"{function.code}({query.code})", tuple(parts), function.requests)
    used = "" if query.chain.around == "statement" else ".rowcount"
    return Rewrite((call(query, "execute", used),), statement, last.name)


def of_column(query: Query, ctx: Context) -> Rewrite | None:
    """`value(column)` and `values(columns)`, which select something else than the query was for."""
    last = query.chain.last
    if last is None or not last.arguments or any(one.name for one in last.arguments):
        return None
    changed = with_part(query.statement, f".with_only_columns({inside(last, ctx)})")
    tail = ".scalar()" if last.name == "value" else ""
    return Rewrite((call(query, "execute", tail),), changed, "select", safety="unsafe")


REWRITES: dict[str, Callable[[Query, Context], Rewrite | None]] = {
    "get": got,
    "all": every,
    "first": first,
    "one": only,
    "one_or_none": only,
    "scalar": scalar,
    "count": count,
    "value": of_column,
    "values": of_column,
    "update": changed,
    "delete": changed,
    **dict.fromkeys(("exists", "subquery", "cte", "label", "scalar_subquery", "as_scalar"), as_statement),
    ".statement": itself,
    "[]": sliced,
    "": left_open,
}
