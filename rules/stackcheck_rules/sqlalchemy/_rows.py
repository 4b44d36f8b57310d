"""Rows of results: where they come from, what they are asked for, and how `._mapping` is put behind them."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from stackcheck import Context, Expr, Kind, TextEdit, expr_of
from stackcheck_rules.analyses.result_reads import ResultRead
from stackcheck_rules.analyses.row_uses import RowUse
from stackcheck_rules.sqlalchemy._call_edits import Extent, extent

EXECUTING = {"execute", "exec_driver_sql", "stream", "query"}
ORM_CLASSES = {"orm", "orm-dataclass", "sqlmodel"}
TABLES = {"alias", "cte", "subquery", "table"}
COLUMNS = {"sqlalchemy.Column", "sqlalchemy.orm.Mapped"}
NAMES = {"keys", "_fields"}
NAMED = {"async-result", "result", "row", "row-mapping"}
CLOSING = re.compile(r"(?:\s*\))+(?=\s*[\[.])")


def row_of(use: RowUse, ctx: Context) -> Kind | None:
    """The kind of the value that is used, if it is a row."""
    kind = ctx.kind(use.value, use.scope)
    return kind if kind.word == "row" else None


class Execution(NamedTuple):
    """What a row or a result comes from: the word of what executed the statement, and the statement."""

    by: str
    statement: Expr


def execution_of(value: Expr, scope: str, ctx: Context) -> Execution | None:
    """The execution that a row or a result comes from; None where that is out of sight."""
    while True:
        match value:
            case ("call", ("attr", owner, name), given, _) if name in EXECUTING:
                return Execution(ctx.kind(owner, scope).word, given[0] if given else ("other",))
            case ("call", ("attr", inner, _), _, _) | ("call", ("name", "list" | "iter" | "next"), (inner, *_), _):
                value = inner
            case ("item" | "index" | "await" | "enter" | "attr", inner, *_) | ("as", _, inner):
                value = inner
            case _:
                return None


def is_text(key: Expr, scope: str, ctx: Context) -> bool:
    """Whether a key is a string, and so the name of a column."""
    match key:
        case ("const", value):
            return isinstance(value, str)
        case ("item", ("list" | "tuple" | "set", items)) | ("either", items):
            return all(is_text(item, scope, ctx) for item in items)
        case ("item", ("call", ("attr", owner, name), (), ()) | ("attr", owner, name)) if name in NAMES:
            return ctx.kind(owner, scope).word in NAMED
        case ("attr", owner, "name" | "key") if ctx.kind(owner, scope).symbol in COLUMNS:
            return True
        case ("call", function, _, _) if ctx.symbol(function, scope) == "builtins.str":
            return True
        case ("name", name) if name in ctx.outline.module.bindings and name not in ctx.bound_around(scope):
            bound = ctx.outline.module.bindings[name]
            return len(bound) == 1 and bound[0].expr[0] == "const" and isinstance(bound[0].expr[1], str)
    return ctx.kind(key, scope).symbol == "builtins.str"


def is_column(key: Expr, scope: str, ctx: Context) -> bool:
    """Whether a key is a column: `users.c.name`, `User.name`, or a name that stands for one."""
    kind = ctx.kind(key, scope)
    if kind.symbol in COLUMNS:
        return True
    match key:
        case ("attr", ("attr", owner, "c" | "columns"), _):
            return ctx.kind(owner, scope).word in TABLES
        case ("attr", owner, _) if kind.word != "constant":
            cls = ctx.kind(owner, scope)
            return cls.word == "class" and ctx.instance(cls).word in ORM_CLASSES
    return False


def mapping(use: RowUse, ctx: Context) -> tuple[TextEdit, ...] | None:
    """The edits that turn a row into its mapping; None where it cannot be told where it stands."""
    return behind(use, "._mapping", ctx, followed=use.form not in {"dict", "**"})


def behind(value: RowUse | ResultRead, suffix: str, ctx: Context, *, followed: bool) -> tuple[TextEdit, ...] | None:
    """The edits that put something behind an expression; `followed` is whether it is in parentheses if need be."""
    start, end = extent(value.owner, ctx)
    if not stands_at(value.written, ctx.text[start:end]):
        return None
    if value.primary:
        return (TextEdit(end, end, suffix),)
    closing = CLOSING.match(ctx.text, end) if followed else None
    if closing:
        return (TextEdit(closing.end(), closing.end(), suffix),)
    return TextEdit(start, start, "("), TextEdit(end, end, f"){suffix}")


def rest_of(use: RowUse, ctx: Context) -> Extent:
    """Where `.name(…)` stands behind the value, and what is between them."""
    before = ctx.text[: extent(use.at, ctx).start].rstrip().removesuffix(".").rstrip()
    return Extent(len(before), extent(use.whole, ctx).end)


def stands_at(written: Expr, code: str) -> bool:
    """Whether a span is where an expression stands: in f-strings, not every Python says it right."""
    try:
        return expr_of(ast.parse(f"({code})", mode="eval").body) == written
    except SyntaxError:
        return False
