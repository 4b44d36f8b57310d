"""The fix of `engine.execute(…)`: the statement of Python that it stands in goes into a `with` block."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackcheck import Context, Fix, TextEdit
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.executed_statements import ExecutedStatement, executed_statements
from stackcheck_rules.sqlalchemy._call_edits import extent, replaced, source
from stackcheck_rules.sqlalchemy._parameters import as_dict, as_list, bound_words, is_by_position, rest_of
from stackcheck_rules.sqlalchemy._raw_sql import Rewrite, raw_sql, rewritten

LINE_END = re.compile(r"\r\n|\r|\n")
READS = re.compile(r"\s*(?:SELECT|SHOW|EXPLAIN|PRAGMA \w+\s*$)", re.IGNORECASE)


def with_connection(call: Call, ctx: Context) -> Fix | None:
    """The fix that lets a connection execute; None where the result outlives the statement."""
    around = next((one for one in ctx.facts(executed_statements) if one.call == call.whole), None)
    if around is None or not (around.consumed or around.ignored) or not call.whole_known:
        return None
    name = free_name(call.scope, around, ctx)
    new = on_connection(call, ctx)
    if name is None or new is None or call.owner.line != call.owner.end_line or not is_alone(around, ctx):
        return None
    opened = "connect" if around.consumed and only_reads(call, ctx) else "begin"
    start, _ = extent(around.whole, ctx)
    indent = ctx.text[start - around.whole.column + 1 : start]
    unit = "\t" if indent.startswith("\t") else "    "
    ending = found[0] if (found := LINE_END.search(ctx.text)) else "\n"
    head = f"with {source(call.owner, ctx)}.{opened}() as {name}:{ending}{indent}{unit}"
    owner = replaced(call.owner, name, ctx)
    if owner.start == start:
        first = [owner._replace(new=head + name)]
    else:
        first = [TextEdit(start, start, head), owner]
    edits = (*first, *new.edits, *indented(around, unit, ctx))
    return Fix(edits, "Execute it on a connection", new.imports, "unsafe")


def free_name(scope: str, around: ExecutedStatement, ctx: Context) -> str | None:
    taken = ctx.bound_around(scope) | ctx.outline.module.bindings.keys() | {*around.bound}
    return next((name for name in ("conn", "connection") if name not in taken), None)


def on_connection(call: Call, ctx: Context) -> Rewrite | None:
    """The edits after which a connection takes what the engine took."""
    raw = raw_sql(call, ctx)
    if raw is not None:
        return rewritten(call, raw, {"connection"}, ctx)
    rows, named = rest_of(call), bound_words(call)
    if (rows and named) or any(is_by_position(row.expr) for row in rows):
        return None
    if named:
        edits = as_dict(named, call, ctx)
        return Rewrite(edits) if edits is not None else None
    return Rewrite(as_list(rows, ctx) if len(rows) > 1 else ())


def only_reads(call: Call, ctx: Context) -> bool:
    statement = call.argument(0, "statement")
    if statement is None:
        return False
    if ctx.kind(statement.expr, call.scope).word in {"select", "compound"}:
        return True
    raw = raw_sql(call, ctx)
    match statement.expr:
        case ("call", function, (("const", str(text)), *_), _) if ctx.symbol(function, call.scope) == "sqlalchemy.text":
            return READS.match(text) is not None
    return raw is not None and bool(raw.values) and all(READS.match(text) for text in raw.values)


def is_alone(around: ExecutedStatement, ctx: Context) -> bool:
    """Whether nothing else stands on the lines of a statement but a comment."""
    start, end = extent(around.whole, ctx)
    before = ctx.text[start - around.whole.column + 1 : start]
    after = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)").match(ctx.text, end)
    return not before.strip() and after is not None


def indented(around: ExecutedStatement, unit: str, ctx: Context) -> Iterator[TextEdit]:
    """The edits that move the further lines of a statement in, but for those that begin in a string."""
    start, end = extent(around.whole, ctx)
    line = around.whole.line
    for match in LINE_END.finditer(ctx.text, start, end):
        line += 1
        at = match.end()
        if line not in around.inside and ctx.text[at : at + 1] not in {"\r", "\n"}:
            yield TextEdit(at, at, unit)
