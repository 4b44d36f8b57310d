"""The class that takes the place of a declarative base."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stackcheck import Context, Fix, Kind, Span, nodes_of_type, parse_tree
from stackcheck_rules.analyses._source_text import SourceText, is_text, source_text
from stackcheck_rules.analyses.declarative_bases import BaseMaker, declarative_bases
from stackcheck_rules.analyses.metaclass_uses import HOOK, MAPPED, METACLASS, metaclass_uses
from stackcheck_rules.sqlalchemy._base_layout import blank_lines, indent_of, shifted, top_of, unit_of
from stackcheck_rules.sqlalchemy._base_parts import Part, is_special, parts_of
from stackcheck_rules.sqlalchemy._old_name_fixes import name_for

BASE = "sqlalchemy.orm.DeclarativeBase"
Edits = list[tuple[Span, str]]


def assigned_base(maker: BaseMaker, ctx: Context) -> Fix | None:
    """`class Base(DeclarativeBase): …` for `Base = declarative_base(…)`."""
    source, span = source_text(ctx.text), maker.statement
    root, parts = name_for(BASE, maker.call.function, maker.call.scope, ctx), parts_of(maker.call, source, ctx)
    before, after = source.line(span.line)[: span.column - 1], source.line(span.end_line)[span.end_column - 1 :]
    scope = ctx.outline.scopes[maker.call.scope]
    bound = len(scope.bindings.get(maker.name, ()))
    if root is None or parts is None or bound != 1 or scope.form == "class" or is_mixed_in(maker, ctx):
        return None
    if before.strip() or not may_follow(after) or "#" in source.cut(span):
        return None
    inside = before + unit_of(source)
    bases = [*(base for part in parts for base in part.bases), root.code]
    body = attributes_of(parts, inside, source) or ["pass"]
    end = len(source.line(span.end_line)) + 1
    edits: Edits = [
        (span, f"class {maker.name}({', '.join(bases)}):"),
        (Span(span.end_line, end, span.end_line, end), "".join(f"{source.newline}{inside}{line}" for line in body)),
        *blank_lines(span, source),
    ]
    safe = is_alike(ctx) and all(part.safety == "safe" for part in parts)
    return Fix(ctx.edits(edits), f"Make `{maker.name}` a class", root.requests, "safe" if safe else "unsafe")


def may_follow(after: str) -> bool:
    """Whether what stands behind a statement may stand behind the head of a class."""
    comment = after.strip()
    return not comment or (comment.startswith("#") and ("type:" not in comment or "type: ignore" in comment))


def attributes_of(parts: Sequence[Part], indent: str, source: SourceText) -> list[str]:
    return [f"{name} = {shifted(code, indent, source)}" for part in parts for name, code in part.attributes]


def is_alike(ctx: Context) -> bool:
    """Whether nothing in the project tells the metaclass of the one base from that of the other."""
    return not ctx.fact(metaclass_uses, METACLASS) and not ctx.fact(metaclass_uses, HOOK)


def decorated_base(maker: BaseMaker, ctx: Context) -> Fix | None:
    """`class Base(DeclarativeBase): …` for a class with a decorator that makes a base of it."""
    source = source_text(ctx.text)
    root, parts = name_for(BASE, maker.call.function, maker.call.scope, ctx), parts_of(maker.call, source, ctx)
    classes = nodes_of_type(parse_tree(ctx.text), ast.ClassDef)
    node = next((node for node in classes if source.span(node) == maker.statement), None)
    own = next((scope for scope in ctx.outline.classes() if scope.span == maker.statement), None)
    if root is None or parts is None or node is None or own is None or any(part.bases for part in parts):
        return None
    if is_special(Kind("class", own.qualname, ctx.file), ctx) or len(node.decorator_list) > 1 or node.keywords:
        return None
    if any(ctx.instance(ctx.kind(base, own.parent)).word in MAPPED for base in own.bases) or is_mixed_in(maker, ctx):
        return None  # two metaclasses do not go together
    head = headed(node, root.code, source)
    body = with_attributes(node, parts, source)
    if head is None or body is None:
        return None
    decorator = Span(maker.call.whole.line, 1, node.lineno, 1)
    if "#" in source.cut(decorator):
        return None
    edits = [(decorator, ""), head, *body]
    return Fix(ctx.edits(edits), f"Make `{maker.name}` a `DeclarativeBase`", root.requests, "unsafe")


def is_mixed_in(maker: BaseMaker, ctx: Context) -> bool:
    """Whether another base of the file is made with this one as its `cls`."""
    others = (other for other in ctx.facts(declarative_bases) if other != maker)
    given = (other.call.argument(-1, "cls") for other in others)
    return any(argument is not None and argument.expr == ("name", maker.name) for argument in given)


def headed(node: ast.ClassDef, root: str, source: SourceText) -> tuple[Span, str] | None:
    """The edit that gives a class one more base."""
    match node.bases:
        case []:
            line, start = source.line(node.lineno), source.span(node)
            head = line[start.column - 1 :].partition(":")[0]
            named = head.replace("()", "").rstrip()
            if named.split() != ["class", node.name]:
                return None
            return Span(*start[:2], start.line, start.column + len(head)), f"{named}({root})"
        case [ast.Name(id="object") as only]:
            return source.span(only), root
    last = source.span(node.bases[-1])
    return Span(*last[2:], *last[2:]), f", {root}"


def with_attributes(node: ast.ClassDef, parts: Sequence[Part], source: SourceText) -> Edits | None:
    """The edits that put attributes at the head of a class; None where its body stands on the first line."""
    first = node.body[0]
    span = source.span(first)
    indent = indent_of(source.line(span.line))
    if span.line == node.lineno or first.lineno != span.line or len(indent) != span.column - 1:
        return None
    lines = attributes_of(parts, indent, source)
    if not lines:
        return []
    text = f"{source.newline}{indent}".join(lines)
    if isinstance(first, ast.Pass):
        return [(span, text)]
    if is_text(first):
        return [(Span(*span[2:], *span[2:]), f"{source.newline * 2}{indent}{text}")]
    top = top_of(span, source)
    blank = source.newline if isinstance(first, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) else ""
    return [(Span(top, 1, top, 1), f"{indent}{text}{source.newline}{blank}")]
