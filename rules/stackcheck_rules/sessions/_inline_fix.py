"""The fix of a session that a route opens: a parameter, and the block without its `with`."""

from __future__ import annotations

import ast

from stackcheck import Context, Fix, Span, definitions, nodes_of, parse_tree
from stackcheck_rules.analyses._session_parameters import asked_of, put_in
from stackcheck_rules.analyses._source_text import SourceText, source_text
from stackcheck_rules.analyses.entries import is_bare
from stackcheck_rules.analyses.inline_sessions import InlineSession, inline_sessions
from stackcheck_rules.analyses.session_providers import Provider
from stackcheck_rules.sessions._with_block import is_long_text

Edits = list[tuple[Span, str]]


def inline_fix(inline: InlineSession, provider: Provider, ctx: Context) -> Fix | None:
    function = ctx.outline.scopes[inline.function]
    if not is_bare(function, ctx) or ctx.fact(inline_sessions, (ctx.file, inline.function)) is not False:
        return None
    if function.is_async and provider.word == "session":
        return None
    source = source_text(ctx.text)
    node = definitions(parse_tree(ctx.text))[function.number - 1]
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    block = next(one for one in node.body if source.span(one) == inline.span)
    assert isinstance(block, (ast.With, ast.AsyncWith))
    written = asked_of(provider, node.lineno, ctx)
    head = put_in(node, inline.name, written, source, first=False) if written else None
    moved = dedented(block, source)
    if written is None or head is None or moved is None:
        return None
    return Fix(ctx.edits([head, *moved]), f"Take it from `{provider.home[1]}`", written.imports, "unsafe")


def dedented(block: ast.With | ast.AsyncWith, source: SourceText) -> Edits | None:
    """The edits that leave of a `with` block its body."""
    if any(is_long_text(part) for one in block.body for part in nodes_of(one)):
        return None
    span, first, name = source.span(block), source.span(block.body[0]), block.items[0].optional_vars
    assert name is not None
    end = source.span(name)
    outer, inner = (source.line(one.line)[: one.column - 1] for one in (span, first))
    if source.line(end.end_line)[end.end_column - 1 :].strip() != ":" or (outer + inner).strip():
        return None
    lines = [number for number in range(end.end_line + 1, span.end_line + 1) if source.line(number).strip()]
    if not all(source.line(number).startswith(inner) for number in lines):
        return None
    gone = Span(span.line, 1, end.end_line + 1, 1)
    return [(gone, ""), *((Span(number, len(outer) + 1, number, len(inner) + 1), "") for number in lines)]
