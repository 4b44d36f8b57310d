"""Functions whose arguments Pydantic 1 validates, and where code reads what the decorator put on them.

`@validate_arguments` gave a function `.validate`, `.model` and `.vd`; `@validate_call` does not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from stackcheck import Analysis, Evaluator, Expr, Outline, definitions, expr_of, parse_tree, uses

OLD = "pydantic.validate_arguments"
GONE = frozenset({"validate", "model", "vd"})
Function = tuple[str, str]  # (file, qualname)


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[tuple[str, Expr]]:
    """(qualname, decorator) of the functions of a file that may be validated."""
    if "validate_arguments" not in text:
        return
    for qualname, body in zip(outline.numbered()[1:], definitions(tree), strict=True):
        for decorator in body.decorator_list if not isinstance(body, ast.ClassDef) else ():
            yield qualname, expr_of(decorator.func if isinstance(decorator, ast.Call) else decorator)


def merge(
    evaluator: Evaluator, facts: Mapping[str, tuple[tuple[str, Expr], ...]]
) -> Mapping[Function, tuple[str, ...]]:
    """(file, qualname) of each decorated function of which such attributes are read: their names."""
    decorated = {
        (file, qualname)
        for file, each in facts.items()
        for qualname, decorator in each
        if evaluator.value(file, qualname.rpartition(".")[0], decorator).symbol == OLD
    }
    found: dict[Function, set[str]] = {}
    for function, name in reads(evaluator, {qualname.rpartition(".")[2] for _, qualname in decorated}):
        if function in decorated:
            found.setdefault(function, set()).add(name)
    return {function: tuple(sorted(names)) for function, names in found.items()}


def reads(evaluator: Evaluator, names: set[str]) -> Iterator[tuple[Function, str]]:
    """Functions of some names, and the attributes of theirs that code reads.

    Files that may read one are parsed again: `.model` is too common for a fact of each.
    """
    pattern = re.compile(rf"(?:{'|'.join(sorted(names))})\s*\.\s*(?:{'|'.join(sorted(GONE))})\b")
    for file in evaluator.project.files if names else ():
        source = evaluator.project.parsed(file).source
        if source and evaluator.project.parsed(file).error is None and pattern.search(source.text):
            for use in uses(parse_tree(source.text), evaluator.project.outline(file), owner_of):
                assert isinstance(use.node, ast.Attribute)
                kind = evaluator.value(file, use.scope, use.value)
                yield (kind.file, kind.symbol), use.node.attr


def owner_of(node: ast.AST) -> ast.expr | None:
    """`f` in `f.validate`, `Service.run` in `Service.run.model`."""
    match node:
        case ast.Attribute(value=ast.Name(id=name) as owner, attr=attr) if attr in GONE and name not in {"self", "cls"}:
            return owner
        case ast.Attribute(value=ast.Attribute(value=ast.Name()) as owner, attr=attr) if attr in GONE:
            return owner
    return None


validated_functions = Analysis("validated-functions", collect, merge)
