"""The fix of a cached session: the function without its cache, as a dependency that yields."""

from __future__ import annotations

import ast

from stackcheck import Context, Fix, Span
from stackcheck_rules.analyses._source_text import SourceText, is_text, source_text
from stackcheck_rules.analyses.cached_functions import Cached, cached_functions
from stackcheck_rules.analyses.kinds import SESSIONS

TITLE = "Make a session for each request"


def cached_fix(cached: Cached, node: ast.AST, ctx: Context) -> Fix | None:
    function = ctx.outline.scopes[cached.function]
    source = source_text(ctx.text)
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or len(node.decorator_list) != 1:
        return None
    gone = without_decorator(node.decorator_list[cached.position], source)
    if gone is None:
        return None
    if function.yields:
        return Fix(ctx.edits([(gone, "")]), "Do not cache it", applicability="unsafe")
    if not ctx.fact(cached_functions, (ctx.file, cached.function)):
        return None
    match [statement for statement in node.body if not is_text(statement)]:
        case [ast.Return(value=ast.Call() as made) as statement]:
            return yielding(node, statement, made, gone, source, ctx)
    return None


def yielding(
    node: ast.FunctionDef | ast.AsyncFunctionDef, statement: ast.Return, made: ast.Call, gone: Span,
    source: SourceText, ctx: Context,
) -> Fix | None:  # fmt: skip
    """`return Factory()` as `with Factory() as session: yield session`."""
    function = next(one for one in ctx.outline.functions() if one.span[:2] == source.span(node)[:2])
    kind = ctx.kind(function.values[0], function.qualname)
    is_async = kind.word == "async-session"
    taken = {part.id for part in ast.walk(made) if isinstance(part, ast.Name)}
    if kind.word not in SESSIONS or "session" in taken or (function.is_async and not is_async):
        return None
    span = source.span(statement)
    indent = source.line(span.line)[: span.column - 1]
    line = (
        f"{'async ' if is_async else ''}with {source.code(made)} as session:{source.newline}{indent}    yield session"
    )
    edits = [(gone, ""), (span, line)]
    if is_async and not function.is_async:
        start = source.span(node)
        edits.append((Span(*start[:2], *start[:2]), "async "))
    written = ctx.name(f"collections.abc.{'AsyncIterator' if is_async else 'Iterator'}")
    if node.returns is None:
        return Fix(ctx.edits(edits), TITLE, applicability="unsafe")
    if written is None:
        return None
    edits.append((source.span(node.returns), f"{written.code}[{source.code(node.returns)}]"))
    return Fix(ctx.edits(edits), TITLE, written.requests, "unsafe")


def without_decorator(decorator: ast.expr, source: SourceText) -> Span | None:
    """The lines of a decorator; None where a comment stands beside it."""
    span = source.span(decorator)
    if "#" in source.line(span.end_line)[span.end_column - 1 :] or "#" in source.cut(span):
        return None
    return Span(span.line, 1, span.end_line + 1, 1)
