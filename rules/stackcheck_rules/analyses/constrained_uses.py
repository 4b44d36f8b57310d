"""What the project does with its own heirs of `ConstrainedStr` and the like, besides naming them as types."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from stackcheck import Analysis, Evaluator, Outline, parse_tree

# Functions that take a type, and take `Annotated[…]` as well.
TAKE_TYPES = {"TypeAdapter", "cast", "confrozenset", "conlist", "conset", "create_model", "parse_obj_as",
              "parse_raw_as", "schema_of"}  # fmt: skip


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[str]:
    """The qualname of every class with a base that could be one of them."""
    if "Constrained" in text:
        bases = ((scope.qualname, base) for scope in outline.classes() for base in scope.bases)
        yield from (name for name, base in bases if base[0] in {"name", "attr"} and "Constrained" in str(base[-1]))


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[str, ...]]) -> Mapping[str, bool]:
    """The name of each such class that is called, inherited from, compared or renamed somewhere.

    By its bare name: another thing of that name costs a fix, no more.
    """
    names = {qualname.rpartition(".")[2] for found in facts.values() for qualname in found}
    used: dict[str, bool] = {}
    if not names:
        return used
    word = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b")
    for file in facts:
        text = evaluator.project.text_of(file).text
        if word.search(text):
            try:
                tree = parse_tree(text)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return dict.fromkeys(names, True)
            used.update({name: True for name in uses(tree) if name in names})
    return used


def uses(tree: ast.Module) -> Iterator[str]:
    """Names that a file uses for more than a type."""
    stack: list[tuple[ast.AST, bool]] = [(tree, False)]
    while stack:
        node, is_type = stack.pop()
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if not is_type:
                yield name
            case ast.alias(name=name, asname=str(other)) if other != name:
                yield name.rpartition(".")[2]
        for field, value in ast.iter_fields(node):
            inside = takes_types(node, field, is_type)
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    stack.append((child, inside))


def takes_types(node: ast.AST, field: str, is_type: bool) -> bool:
    """Whether what stands in a field of a node is read as a type."""
    match node, field:
        case (ast.AnnAssign() | ast.arg(), "annotation") | (_, "returns") | (ast.Subscript(), "slice"):
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)), ("args" | "keywords"):
            return name in TAKE_TYPES
        case ((ast.Call() | ast.Attribute()), _):
            return False
    return is_type and isinstance(node, (ast.Subscript, ast.Tuple, ast.List, ast.BinOp, ast.keyword))


constrained_uses = Analysis("constrained-uses", collect, merge)
