"""The fix of a route that does not commit: a commit before its only end."""

from __future__ import annotations

import ast

from stackcheck import Context, Fix, Kind, Span, definitions, nodes_of, parse_tree
from stackcheck_rules.analyses._source_text import source_text
from stackcheck_rules.analyses.session_writes import SessionUse
from stackcheck_rules.sessions._openers import made_in


def commit_fix(use: SessionUse, home: tuple[str, str], ctx: Context) -> Fix | None:
    function = ctx.outline.scopes[use.function]
    is_async = ctx.kind(("name", use.parameter), use.function).word == "async-session"
    if is_async and (not function.is_async or expires(home, ctx)):
        return None
    source = source_text(ctx.text)
    node = definitions(parse_tree(ctx.text))[function.number - 1]
    last = node.body[-1]
    returns = [part for part in nodes_of(node) if isinstance(part, ast.Return)]
    at = source.span(last)
    indent = source.line(at.line)[: at.column - 1]
    if any(part is not last for part in returns) or isinstance(last, ast.Raise) or indent.strip():
        return None
    commit = f"{'await ' if is_async else ''}{use.parameter}.commit()"
    if isinstance(last, ast.Return):
        edit = Span(at.line, 1, at.line, 1), f"{indent}{commit}{source.newline}"
    else:
        end = len(source.line(at.end_line)) + 1
        edit = Span(at.end_line, end, at.end_line, end), f"{source.newline}{indent}{commit}"
    return Fix(ctx.edits([edit]), "Commit at the end", applicability="unsafe")


def expires(home: tuple[str, str], ctx: Context) -> bool:
    """Whether what a session holds may expire when it commits."""
    made = made_in(home, ctx)
    options = dict(made[3]) if made else {}
    source = ctx.source_of(made[1], home[1], home[0]) if made else None
    bound = ctx.bindings(Kind("module", "", source[0]), source[1]) if source else ()
    for one in bound if len(bound) == 1 else ():
        options |= dict(one[3]) if one[0] == "call" else {}
    return options.get("expire_on_commit") != ("const", False)
