"""The fix of a session that is not closed: what follows goes into a `with` block."""

from __future__ import annotations

import ast

from stackcheck import Context, Fix, Span, definitions, nodes_of, parse_tree
from stackcheck_rules.analyses._source_text import SourceText, source_text, without_statement
from stackcheck_rules.analyses._taken_names import blocks_of
from stackcheck_rules.analyses.opened_sessions import ENDS, Opened


def with_block(opened: Opened, ctx: Context) -> Fix | None:
    """`db = SessionLocal()` and the statements after it as `with SessionLocal() as db:` around them."""
    function = ctx.outline.scopes[opened.scope]
    source = source_text(ctx.text)
    node = definitions(parse_tree(ctx.text))[function.number - 1]
    is_async = ctx.kind(opened.made, opened.scope).word == "async-session"
    found = placed(node, opened.span, source)
    if found is None or (is_async and not function.is_async):
        return None
    statement, rest = found
    closing = [one for one in rest if is_close(one, opened.name)]
    if len(closing) != opened.uses.closes or closing == rest:
        return None
    value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
    span, last = source.span(statement), source.span(rest[-1])
    indent = source.line(span.line)[: span.column - 1]
    if value is None or indent.strip() or any(is_long_text(part) for one in rest for part in nodes_of(one)):
        return None
    unit = "\t" if indent.startswith("\t") else "    "
    head = f"{'async ' if is_async else ''}with {source.code(value)} as {opened.name}:"
    lines = [number for number in range(span.end_line + 1, last.end_line + 1) if source.line(number).strip()]
    gone = [without_statement(one, source, first=False, last=one is rest[-1]) for one in closing]
    kept = [number for number in lines if not any(one.lineno <= number <= (one.end_lineno or 0) for one in closing)]
    edits = [(span, head), *gone, *((Span(number, 1, number, 1), unit) for number in kept)]
    return Fix(ctx.edits(edits), "Open it in a `with` block", applicability="unsafe")


def placed(node: ast.AST, span: Span, source: SourceText) -> tuple[ast.stmt, list[ast.stmt]] | None:
    """The statement at a span, and those that follow it in its block."""
    for around in nodes_of(node):
        for block in blocks_of(around):
            for position, statement in enumerate(block[:-1]):
                if isinstance(statement, ast.stmt) and source.span(statement) == span:
                    return statement, block[position + 1 :]
    return None


def is_long_text(node: ast.AST) -> bool:
    """Whether a string reaches over lines: moving those would change it."""
    return isinstance(node, (ast.Constant, ast.JoinedStr)) and node.lineno != node.end_lineno


def is_close(statement: ast.stmt, name: str) -> bool:
    """`db.close()` or `await db.close()` as a statement of its own."""
    match statement:
        case ast.Expr(value=ast.Await(value=ast.Call(func=func)) | ast.Call(func=func)):
            return isinstance(func, ast.Attribute) and func.attr in ENDS and ast.unparse(func.value) == name
    return False
