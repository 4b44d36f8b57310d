"""Where classes are given relationships: `posts = relationship("Post", …)`, also what a `declared_attr` returns."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Set
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, definitions, expr_of
from stackcheck_rules.analyses._call_facts import Call, call_of
from stackcheck_rules.analyses._node_names import last_name
from stackcheck_rules.analyses._source_text import SourceText, source_text
from stackcheck_rules.analyses._words import words

MAKERS = words("relationship relation dynamic_loader")
PROXY = "association_proxy"
MENTIONED = re.compile(rf"\b(?:{'|'.join(sorted(MAKERS))}|{PROXY})\b")
BARE: Expr = ("other",)


class RelationshipUse(NamedTuple):
    """`name = relationship(…)` in the body of `owner`; `at` is the name.

    `note` is its annotation, in a `declared_attr` (`returned`) what it says to return; `noted` is where that
    stands, or where it would, None where that is not to be found. `backref` is the call that `backref=` is.
    """

    name: str
    owner: str
    at: Span
    note: Expr
    noted: Span | None
    returned: bool
    call: Call
    backref: Call | None


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[RelationshipUse]:
    if not MENTIONED.search(text):
        return
    names = makers_in(outline)
    source = source_text(text)
    for qualname, node in zip(outline.numbered()[1:], definitions(tree), strict=True):
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                yield from uses_in(statement, qualname, names, outline, source)


def makers_in(outline: Outline) -> frozenset[str]:
    """What the file calls the functions that make relationships."""
    imported = (
        name
        for name, bound in outline.module.bindings.items()
        if any(one.expr[0] == "from" and one.expr[2] in {*MAKERS, PROXY} for one in bound)
    )
    return frozenset({*MAKERS, PROXY, *imported})


def uses_in(
    statement: ast.stmt, owner: str, names: Set[str], outline: Outline, source: SourceText
) -> Iterator[RelationshipUse]:
    match statement:
        case ast.Assign(targets=[ast.Name() as target], value=ast.Call() as call) if last_name(call.func) in names:
            end = source.span(target)[2:]
            yield use_of(target.id, owner, owner, source.span(target), BARE, Span(*end, *end), call, source.span)
        case ast.AnnAssign(target=ast.Name() as target, annotation=note, value=ast.Call() as call):
            if last_name(call.func) in names:
                at = source.span(target)
                yield use_of(target.id, owner, owner, at, expr_of(note), source.span(note), call, source.span)
        case ast.FunctionDef(name=name, returns=note, decorator_list=[_, *_]):
            made = [one.value for one in ast.walk(statement) if isinstance(one, ast.Return)]
            if len(made) == 1 and isinstance(made[0], ast.Call) and last_name(made[0].func) in names:
                scope = scope_at(statement, outline, source)
                noted = source.span(note) if note else end_of_header(statement, source)
                at = name_span(statement, source)
                yield use_of(name, owner, scope, at, expr_of(note), noted, made[0], source.span)._replace(returned=True)


def use_of(
    name: str, owner: str, scope: str, at: Span, note: Expr, noted: Span | None, call: ast.Call,
    span: Callable[[ast.AST], Span],
) -> RelationshipUse:  # fmt: skip
    given = next((word.value for word in call.keywords if word.arg == "backref"), None)
    inner = call_of(given, last_name(given.func), scope, BARE, span) if isinstance(given, ast.Call) else None
    return RelationshipUse(
        name, owner, at, note, noted, False, call_of(call, last_name(call.func), scope, BARE, span), inner
    )


def scope_at(node: ast.FunctionDef, outline: Outline, source: SourceText) -> str:
    """The qualname of a function."""
    start = source.span(node)[:2]
    return next((scope.qualname for scope in outline.functions() if scope.span[:2] == start), "")


def name_span(node: ast.FunctionDef, source: SourceText) -> Span:
    line, column = source.span(node)[:2]
    column += source.line(line)[column - 1 :].find(node.name)
    return Span(line, column, line, column + len(node.name))


def end_of_header(node: ast.FunctionDef, source: SourceText) -> Span | None:
    """Where ` -> …` would stand: after the parenthesis that closes the parameters; None in an unusual header."""
    line = node.lineno
    match = re.fullmatch(r"\s*def\s+\w+\s*\([^()#]*\)(?=\s*:\s*(?:#.*)?)\s*:\s*(?:#.*)?", source.line(line))
    if match is None:
        return None
    column = source.line(line).index(")") + 2
    return Span(line, column, line, column)


relationship_uses = Analysis("relationship-uses", collect, gate=MAKERS | {PROXY})
