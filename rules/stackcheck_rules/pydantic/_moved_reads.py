"""Fixes of old names that are read off a module of Pydantic, or that a star import gave."""

from __future__ import annotations

import ast

from stackcheck import Context, Expr, Fix, ImportRequest, Span, nodes_of, parse_tree, root_name
from stackcheck_rules.analyses._name_reads import reads_in
from stackcheck_rules.analyses._source_text import SourceText, source_text
from stackcheck_rules.analyses._taken_names import OldRead
from stackcheck_rules.pydantic._moved_calls import rewritten_call
from stackcheck_rules.pydantic._moved_names import CALLED, MOVED, PYTHON_3_10, REPLACED
from stackcheck_rules.pydantic._moves import safety_of
from stackcheck_rules.pydantic._old_imports import OldStar
from stackcheck_rules.pydantic._replacements import code_of, fitting, replaced


def fix_of_read(read: OldRead, module: str, symbol: str, ctx: Context) -> Fix | None:
    """`pydantic.BaseSettings` as `pydantic_settings.BaseSettings`."""
    source = source_text(ctx.text)
    owner, dot, name = source.cut(read.span).rpartition(".")
    if not dot or name != read.name or "#" in owner:
        return None
    title = f"Replace `{read.name}`"
    if symbol in CALLED:
        call = call_at(read.span, source)
        made = rewritten_call(symbol, call, source, ctx) if call is not None else None
        return None if made is None else Fix(ctx.edits(made[0]), title, made[1], "unsafe")
    written = code_of(symbol, ctx) if symbol in REPLACED else new_name(read.owner, owner, module, symbol, ctx)
    if written is None:
        return None
    code = fitting(written[0], read.span, source, ctx)
    return Fix(ctx.edits([(read.span, code)]), title, written[1], safety_of(symbol, ctx))


def call_at(function: Span, source: SourceText) -> ast.Call | None:
    """The call of the function that stands at a span."""
    calls = (node for node in nodes_of(parse_tree(source.text)) if isinstance(node, ast.Call))
    return next((call for call in calls if source.span(call.func) == function), None)


def new_name(
    owner: Expr, code: str, module: str, symbol: str, ctx: Context
) -> tuple[str, tuple[ImportRequest, ...]] | None:
    """How to write what an attribute of a module has become, and the import that it needs."""
    home, _, name = MOVED.get(symbol, symbol).rpartition(".")
    if symbol in PYTHON_3_10 and ctx.python < (3, 10):
        return None
    if home == module:
        return f"{code}.{name}", ()
    root = root_name(owner)
    bound = ctx.outline.module.bindings.get(root, [])
    if home == "pydantic" and [binding.expr for binding in bound] == [("module", "pydantic")]:
        return f"{root}.{name}", ()
    known = ctx.name(f"{home}.{name}")
    if known is not None and not known.requests:
        return known.code, ()
    top = home.partition(".")[0]
    others = [binding for scope in ctx.outline.scopes.values() for binding in scope.bindings.get(top, ())]
    if any(binding.expr != ("module", top) for binding in others):
        return None
    return f"{home}.{name}", (ImportRequest(home),)


def fix_of_star(star: OldStar, name: str, symbol: str, ctx: Context) -> Fix | None:
    """A line below `from pydantic import *`, or the code that means the same where the name was read."""
    source = source_text(ctx.text)
    title = f"Replace `{name}`"
    if symbol in REPLACED or symbol in CALLED:
        read = reads_in({name}, source, ctx)[name]
        made = replaced(symbol, name, read, source, ctx)
        return None if made is None else Fix(ctx.edits(made[0]), title, made[1], safety_of(symbol, ctx))
    home, _, new = MOVED.get(symbol, symbol).rpartition(".")
    line = source.line(star.span.end_line)
    before, after = line[: star.span.column - 1], line[star.span.end_column - 1 :]
    if before.strip() or (after.strip() and not after.lstrip().startswith("#")):
        return None
    end = Span(star.span.end_line, len(line) + 1, star.span.end_line, len(line) + 1)
    alias = "" if new == name else f" as {name}"
    below = f"{source.newline}from {home} import {new}{alias}"
    return Fix(ctx.edits([(end, below)]), title, (), safety_of(symbol, ctx))
