"""The points of a route: its costs, settled by what the project says of the names in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stackcheck import Context, Expr, Span
from stackcheck_rules.analyses.clients import FUNCTIONS, METHODS
from stackcheck_rules.analyses.kinds import SESSIONS
from stackcheck_rules.analyses.route_costs import CLAUSES, CONSTRUCTS, READS, WRITES, Cost

# What a route may hold for nothing, and the price of each one more.
ALLOWED = {
    "guard": (2, 2),
    "translation": (2, 2),
    "query": (2, 2),
    "write": (1, 2),
    "commit": (1, 2),
    "clause": (6, 1),
}
DEAREST_CALL = 4
LIBRARIES = {"sqlalchemy", "sqlmodel"}
STATEMENTS = {"Select", "SelectOfScalar", "Query", "Insert", "Update", "Delete"}
HTTP_PACKAGES = ("fastapi.", "starlette.")
SESSION_WORDS = SESSIONS | {"session-registry"}
MAPPED = {"orm", "orm-dataclass", "sqlmodel"}


class Points(NamedTuple):
    """What one construct costs, and what it is, for people."""

    points: int
    what: str
    span: Span


def most_points(costs: Sequence[Cost]) -> int:
    """What the costs come to at most, whatever the names in them turn out to be."""
    return sum(cost.points or DEAREST_CALL for cost in costs)


def points_of(costs: Sequence[Cost], ctx: Context) -> Iterator[Points]:
    """Every construct that costs something, in source order."""
    settled = [(word, cost) for cost in costs if (word := settle(cost, ctx))]
    # A statement that is made and executed is one query, however many names that takes.
    reads, constructs = (sum(word == form for word, _ in settled) for form in ("read", "construct"))
    queries = "read" if reads >= constructs else "construct"
    seen: dict[str, int] = {}
    for word, cost in settled:
        what = "query" if word == queries else word
        if what in ALLOWED:
            seen[what] = seen.get(what, 0) + 1
            free, price = ALLOWED[what]
            if seen[what] > free:
                yield Points(price, what, cost.span)
        elif what == "external call":
            yield Points(DEAREST_CALL, what, cost.span)
        elif what not in {"read", "construct"}:
            yield Points(cost.points, what, cost.span)


def settle(cost: Cost, ctx: Context) -> str:
    """The word for what a construct turns out to be; empty for what costs nothing."""
    match cost.what:
        case "call":
            return kind_of_call(cost.expr, cost.scope, ctx)
        case "write to":
            kind = ctx.kind(cost.expr, cost.scope)
            return "" if kind.symbol.startswith(HTTP_PACKAGES) and not kind.file else "attribute write"
        case "arithmetic":
            holds_sql = any(is_sql_call(func, cost.scope, ctx) for func in cost.within)
            made_of_sql = any(is_sql_value(part, cost.scope, ctx) for part in cost.expr[1])
            return "" if holds_sql or made_of_sql else "arithmetic"
    return cost.what


def kind_of_call(func: Expr, scope: str, ctx: Context) -> str:
    if func[0] == "attr":
        _, receiver, name = func
        word = ctx.kind(receiver, scope).word
        if word in SESSION_WORDS:
            return "read" if name in READS else "write" if name in WRITES else name if name == "commit" else ""
        if name in METHODS.get(word, ()):
            return "external call"
        if name in CLAUSES and is_statement(receiver, scope, ctx):
            return "clause"
    package, name = library_name(func, scope, ctx)
    if package in LIBRARIES and name in CONSTRUCTS:
        return "construct"
    return "external call" if name in FUNCTIONS.get(package, ()) else ""


def library_name(expr: Expr, scope: str, ctx: Context) -> tuple[str, str]:
    """The library that a name comes from, and what it is called there."""
    symbol = ctx.symbol(expr, scope)
    return symbol.partition(".")[0], symbol.rpartition(".")[2]


def is_sql_call(func: Expr, scope: str, ctx: Context) -> bool:
    """Whether the arguments of a call are SQL expressions."""
    if library_name(func, scope, ctx)[0] in LIBRARIES:
        return True
    return func[0] == "attr" and (is_statement(func[1], scope, ctx) or is_query(func, scope, ctx))


def is_sql_value(expr: Expr, scope: str, ctx: Context) -> bool:
    """Whether an operand is a column of a mapped class or what a SQL function makes."""
    match expr:
        case ("attr", owner, _):
            cls = ctx.kind(owner, scope)
            return cls.word == "class" and ctx.instance(cls).word in MAPPED
        case ("call", func, *_):
            return library_name(func, scope, ctx)[0] in LIBRARIES
    return False


def is_query(func: Expr, scope: str, ctx: Context) -> bool:
    """`session.query`, the statement of SQLAlchemy 1."""
    return func[0] == "attr" and func[2] == "query" and ctx.kind(func[1], scope).word in SESSION_WORDS


def is_statement(expr: Expr, scope: str, ctx: Context, seen: frozenset[str] = frozenset()) -> bool:
    """Whether an expression is a SQL statement: a chain from `select(…)`, or a name bound to one."""
    match expr:
        case ("call", func, *_):
            package, name = library_name(func, scope, ctx)
            if is_query(func, scope, ctx) or (package in LIBRARIES and name in CONSTRUCTS):
                return True
            if func[0] == "attr" and is_statement(func[1], scope, ctx, seen):
                return True
        case ("name", name) if name not in seen:
            here = ctx.outline.scopes[scope]
            while name not in here.bindings and here.qualname:
                here = ctx.outline.scopes[here.parent]
            if any(is_statement(one.expr, one.scope, ctx, seen | {name}) for one in here.bindings.get(name, ())):
                return True
    kind = ctx.kind(expr, scope)
    return kind.symbol.partition(".")[0] in LIBRARIES and kind.symbol.rpartition(".")[2] in STATEMENTS
