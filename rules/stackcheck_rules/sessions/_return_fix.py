"""The fix of a dependency that returns its session: it yields it instead, and closes it afterwards."""

from __future__ import annotations

from typing import NamedTuple

from stackcheck import ImportRequest, Kind, Span, span_reader
from stackcheck_rules.analyses.dependency_returns import Return
from stackcheck_rules.sessions._fresh_sessions import NOUNS
from stackcheck_rules.sessions._functions import Function, nodes_by_number
from stackcheck_rules.sessions._line_edits import begins_line, code, indent_unit, line_indent, newline_of

ASYNC = {"async-session", "async-connection"}


class Edited(NamedTuple):
    edits: list[tuple[Span, str]]
    imports: tuple[ImportRequest, ...]


def yielding(given: Return, function: Function, kind: Kind) -> Edited | None:
    """The edits of a function whose last statement returns a session."""
    ctx, scope = function.ctx, function.scope
    if not begins_line(given.span, ctx) or (kind.word in ASYNC and not scope.is_async):
        return None
    word = Span(given.span.line, given.span.column, given.span.line, given.span.column + len("return"))
    indent, newline = line_indent(given.span.line, ctx), newline_of(ctx)
    unit = indent_unit(scope.span.line, given.span.line, ctx)
    name = given.value[1] if given.value[0] == "name" else free_name(function, NOUNS[kind.word])
    awaiting = "await " if kind.word in ASYNC else ""
    annotation = annotated(function)
    if annotation is None or not name:
        return None
    edits = list(annotation.edits)
    if given.made[0] in {"enter", "item"}:
        edits.append((word, "yield"))
    elif given.place == "before":
        return None  # what it opens would have to go around the rest
    elif given.value[0] == "name":
        lines = ("try:", f"{unit}yield {name}", "finally:", f"{unit}{awaiting}{name}.close()")
        edits.append((given.span, f"{newline}{indent}".join(lines)))
    else:
        value = Span(given.span.line, word.end_column + 1, *given.span[2:])
        block = "async with" if awaiting else "with"
        edits.append((given.span, f"{block} {code(value, ctx)} as {name}:{newline}{indent}{unit}yield {name}"))
    return Edited(edits, annotation.imports)


def free_name(function: Function, noun: str) -> str:
    taken = function.ctx.bound_around(function.name) | {*function.ctx.outline.module.bindings}
    return next((name for name in (noun, "db", f"db_{noun}") if name not in taken), "")


def annotated(function: Function) -> Edited | None:
    """The edit by which `-> Session` promises a generator of it; None where the new name is taken."""
    ctx, scope = function.ctx, function.scope
    node = nodes_by_number(ctx.text)[scope.number - 1]
    returns = getattr(node, "returns", None)
    declared = ctx.declared(scope.returns, scope.parent)
    if returns is None or declared.word in {"generator", "list"}:
        return Edited([], ())
    name = ctx.name("collections.abc.AsyncIterator" if scope.is_async else "collections.abc.Iterator", scope.parent)
    if name is None:
        return None
    span = span_reader(ctx.text)(returns)
    return Edited([(span, f"{name.code}[{code(span, ctx)}]")], name.requests)
