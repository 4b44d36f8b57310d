"""Comparisons of something with a dictionary that is written out, or with a list of such."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, expr_of, span_reader, uses
from stackcheck_rules.analyses._scoped_nodes import lines_of

# `x == {` and `x == [{`, or `} == x` and `}] == x`; a pattern that begins with plain text is found faster.
WRITTEN_OUT = tuple(map(re.compile, (r"==\s*[(\[\s]*\{", r"!=\s*[(\[\s]*\{", r"\}[\s\])]*[!=]=")))
COMPARED = re.compile(r"[!=]=")
# `x == expected`, where `expected = {` or `expected = [{` stands somewhere
ASSIGNED = re.compile(r"= *(?:\[\s*)?\{")
WORD = re.compile(r"\s*(\w+)")


class Comparison(NamedTuple):
    """`model == {...}`; `simple` if the operand is a name, an attribute or a call.

    `several`: with a list of dictionaries, where `model` is what the operand gives when it is iterated over.
    """

    scope: str
    model: Expr
    whole: Span
    operand: Span
    simple: bool
    several: bool = False


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Comparison]:
    names = set(assigned_in(text)) if "= {" in text or "= [" in text else set()
    names &= set(compared_in(text)) if names else set()
    if not names and not any(pattern.search(text) for pattern in WRITTEN_OUT):
        return
    lines = lines_of(text, (match.start() for match in COMPARED.finditer(text)))
    named = named_in(tree, outline, names, lines, walrus=":=" in text) if names else {}
    span = span_reader(text)

    def wanted(node: ast.AST) -> ast.expr | None:
        return operand_of(node, named)[0]

    for use in uses(tree, outline, wanted, kinds=(ast.Compare,), lines=lines, walrus=":=" in text):
        operand, several = operand_of(use.node, named)
        assert operand is not None
        simple = isinstance(operand, (ast.Name, ast.Attribute, ast.Call))
        model = ("item", use.value) if several else use.value
        yield Comparison(use.scope, model, span(use.node), span(operand), simple, several)


def named_in(
    tree: ast.Module, outline: Outline, names: Set[str], lines: Sequence[int], *, walrus: bool
) -> Mapping[ast.AST, Expr]:
    """Those of some names in comparisons that stand for what is written out before, with that."""

    def wanted(node: ast.AST) -> ast.expr | None:
        match node:
            case ast.Compare(ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Name(id=name) as right]) if name in names:
                return right
            case ast.Compare(left=ast.Name(id=name) as left, ops=[ast.Eq() | ast.NotEq()]) if name in names:
                return left
        return None

    found = uses(tree, outline, wanted, kinds=(ast.Compare,), lines=lines, walrus=walrus)
    return {name: use.value for use in found if (name := wanted(use.node)) and is_written_out(use.value)}


def assigned_in(text: str) -> Iterator[str]:
    for sign in ASSIGNED.finditer(text):
        name = WORD.match(text, text.rfind("\n", 0, sign.start()) + 1, sign.start())
        if name and text[name.end() : sign.start()].strip()[:1] in {"", ":"}:
            yield name[1]


def compared_in(text: str) -> Iterator[str]:
    for sign in COMPARED.finditer(text):
        yield from text[max(0, sign.start() - 100) : sign.start()].split()[-1:]
        if name := WORD.match(text, sign.end()):
            yield name[1]


def operand_of(node: ast.AST, named: Mapping[ast.AST, Expr]) -> tuple[ast.expr | None, bool]:
    """What is compared with a dictionary, and whether it is compared with a list of those."""
    match node:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            for operand, other in ((left, right), (right, left)):
                written = expr_of(other) if isinstance(other, (ast.Dict, ast.List)) else named.get(other, ("other",))
                if is_written_out(written):
                    return operand, written[0] == "list"
    return None, False


def is_written_out(value: Expr) -> bool:
    match value:
        case ("dict", _):
            return True
        case ("list", [_, *_] as items):
            return all(item[0] == "dict" for item in items)
    return False


dict_comparisons = Analysis("dict-comparisons", collect)
