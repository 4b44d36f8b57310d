"""Where code reads a model's nested class: `User.Config`, `cls.Config`, which a fix would take away."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from stackcheck import Analysis, Evaluator, Expr, Kind, Outline, definitions, expr_of


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[tuple[str, Expr]]:
    """(scope, owner) of each `owner.Config`, but not of `class Config(Parent.Config)`: that one is
    fixed by itself, and the parent after it."""
    if ".Config" not in text:
        return
    names = ["", *outline.numbered()[1:]]
    bases = {id(base) for node in definitions(tree) if isinstance(node, ast.ClassDef) for base in node.bases}
    for qualname, body in zip(names, [tree, *definitions(tree)], strict=True):
        for node in ast.walk(body):
            if isinstance(node, ast.Attribute) and node.attr == "Config" and id(node) not in bases:
                yield qualname, expr_of(node.value)


def merge(
    evaluator: Evaluator, facts: Mapping[str, tuple[tuple[str, Expr], ...]]
) -> Mapping[tuple[str, str], bool]:
    """(file, qualname) of each class whose `Config` is read through it, an instance or a subclass."""
    found = {}
    for file, reads in facts.items():
        for scope, owner in reads:
            kind = evaluator.value(file, scope, owner)
            if kind.file and kind.word not in {"function", "module"}:
                for ancestor in evaluator.ancestry(Kind("class", kind.symbol, kind.file)).classes:
                    found[ancestor.file, ancestor.symbol] = True
    return found


config_uses = Analysis("config-uses", collect, merge)
