"""Where code uses `Extra`, the enumeration of Pydantic 1 that says what becomes of unknown fields."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, definitions, expr_of, nodes_of, span_reader, uses
from stackcheck_rules.analyses._node_names import last_name

WORDS = {"allow", "forbid", "ignore"}
MENTIONED = re.compile(r"\bExtra\b")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class ExtraUse(NamedTuple):
    """`form` is `word` (`Extra.forbid`, with `.value` or without), `call`, `note` (an annotation) or `other`.

    `value` is to be `pydantic.Extra`; `word` is what the use stands for, where that is known; `compared` is the
    operator of a comparison by identity, and `operator` what it must be instead.
    """

    form: str
    scope: str
    value: Expr
    word: str
    whole: Span
    compared: Span | None = None
    operator: str = ""


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ExtraUse]:
    if "Extra" not in text or not MENTIONED.search(text):
        return
    span = span_reader(text)
    bound = outline.module.bindings.items()
    names = {"Extra", *(local for local, each in bound if any(one.expr[::2] == ("from", "Extra") for one in each))}
    found = forms(tree, names)
    operators = dict(comparisons(tree, text, span))
    for use in uses(tree, outline, lambda node: found[node][2] if node in found else None):
        form, word, _ = found[use.node]
        whole = span(use.node)
        compared, operator = operators.get(use.node, (None, ""))
        yield ExtraUse(form, use.scope, use.value, word, whole, compared, operator)
    for scope, note in notes_of(tree, outline):
        words = {node: found[node] for node in nodes_of(note) if node in found and found[node][0] == "word"}
        yield from (
            ExtraUse("word", scope, expr_of(extra), word, span(node)) for node, (_, word, extra) in words.items()
        )
        inside = {extra for _, _, extra in words.values()}
        for node in nodes_of(note):
            if isinstance(node, (ast.Name, ast.Attribute)) and last_name(node) in names and node not in inside:
                yield ExtraUse("note", scope, expr_of(node), "", span(node))


def forms(tree: ast.Module, names: set[str]) -> dict[ast.AST, tuple[str, str, ast.expr]]:
    """What is made of what may be `Extra`: the outermost nodes only."""
    found: dict[ast.AST, tuple[str, str, ast.expr]] = {}
    inside: set[ast.AST] = set()
    for node in ast.walk(tree):  # parents before what is below them
        if node in inside:
            continue
        match node:
            case ast.Call(func=ast.Name(id="isinstance"), args=[subject, extra]) if last_name(extra) in names:
                inside |= set(nodes_of(subject))  # a plain word would be no instance
            case ast.Attribute(
                value=ast.Attribute(value=extra, attr=word) as below, attr="value" | "name", ctx=ast.Load()
            ) if word in WORDS:
                found[node] = ("word", word, extra)
                inside |= {below, extra}
            case ast.Attribute(value=extra, attr=word, ctx=ast.Load()) if word in WORDS:
                found[node] = ("word", word, extra)
                inside.add(extra)
            case ast.Call(func=ast.Name() | ast.Attribute() as extra, args=[given], keywords=[]):
                if last_name(extra) in names:
                    found[node] = ("call", word_of(given), extra)
                    inside.add(extra)
            case ast.Subscript(value=ast.Name() | ast.Attribute() as extra, slice=given, ctx=ast.Load()):
                if last_name(extra) in names:
                    found[node] = ("call", word_of(given), extra)
                    inside.add(extra)
            case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()) if last_name(node) in names:
                found[node] = ("other", "", node)
    return found


def word_of(given: ast.expr) -> str:
    match given:
        case ast.Constant(value=str(word)) if word in WORDS:
            return word
    return ""


def comparisons(
    tree: ast.Module, text: str, span: Callable[[ast.AST], Span]
) -> Iterator[tuple[ast.AST, tuple[Span | None, str]]]:
    """For both sides of `a is b`: where the operator stands, and what compares values instead."""
    lines = re.split(r"\r\n|\r|\n", text)
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as operator], comparators=[right]):
                first, second = span(left), span(right)
                between = Span(first.end_line, first.end_column, second.line, second.column)
                one_line = first.end_line == second.line
                said = lines[first.end_line - 1][first.end_column - 1 : second.column - 1] if one_line else ""
                clear = said.split() in (["is"], ["is", "not"])
                instead = " == " if isinstance(operator, ast.Is) else " != "
                yield from ((side, (between if clear else None, instead)) for side in (left, right))
            case ast.Compare(left=left, ops=operators, comparators=others):
                if any(isinstance(each, (ast.Is, ast.IsNot)) for each in operators):
                    yield from ((side, (None, "==")) for side in (left, *others))


def notes_of(tree: ast.Module, outline: Outline) -> Iterator[tuple[str, ast.expr]]:
    """Every annotation, and every value in a pattern, with the scope that it is read in."""
    for scope, body in zip(outline.numbered(), [tree, *definitions(tree)], strict=True):
        stack: list[ast.AST] = list(body.body)
        while stack:
            node = stack.pop()
            if isinstance(node, FUNCTIONS):
                args = node.args
                every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
                notes = [*(arg.annotation for arg in every if arg is not None), node.returns]
                yield from ((scope, note) for note in notes if note is not None)
            elif isinstance(node, ast.AnnAssign):
                yield scope, node.annotation
            elif isinstance(node, ast.MatchValue):
                yield scope, node.value
            elif not isinstance(node, ast.ClassDef):
                stack.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr))


extra_uses = Analysis("extra-uses", collect, gate=frozenset({"Extra"}))
