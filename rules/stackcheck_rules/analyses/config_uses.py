"""Where code reads a model's nested class: `User.Config`, `cls.Config`, which a fix would take away."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import islice

from stackcheck import Analysis, Evaluator, Expr, Kind, Outline, definitions, expr_of, nodes_of


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[tuple[str, Expr]]:
    """(scope, owner) of each `owner.Config`; `class Config(Parent.Config)` reads the parent's too,
    so that the parent is fixed after the child."""
    if ".Config" not in text:
        return
    for qualname, body in zip(outline.numbered(), [tree, *definitions(tree)], strict=True):
        for node in nodes_of(body):
            if isinstance(node, ast.Attribute) and node.attr == "Config":
                yield qualname, expr_of(node.value)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[tuple[str, Expr], ...]]) -> Mapping[tuple[str, str], bool]:
    """(file, qualname) of each class whose own `Config` is read through it, an instance or a subclass."""
    found = {}
    for file, reads in facts.items():
        for scope, owner in reads:
            kind = evaluator.value(file, scope, owner)
            if kind.file and kind.word not in {"function", "module"}:
                ancestry = evaluator.ancestry(Kind("class", kind.symbol, kind.file))
                holders = (cls for cls in ancestry.classes if cls.file and has_config(evaluator, cls))
                found.update({(holder.file, holder.symbol): True for holder in islice(holders, 1)})
    return found


def has_config(evaluator: Evaluator, cls: Kind) -> bool:
    return bool(evaluator.project.bindings(cls.file, cls.symbol, "Config"))


config_uses = Analysis("config-uses", collect, merge)
