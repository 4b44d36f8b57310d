"""Blocks that are there to fail: `with pytest.raises(…)` in files that make engines or sessions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stackcheck import Analysis, Outline, Span, nodes_of_type, span_reader
from stackcheck_rules.analyses.database_makers import MENTIONED

RAISES = {"assertRaises", "assertRaisesRegex", "raises"}


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Span]:
    if "aises" not in text or not any(name in text for name in MENTIONED):
        return
    span = span_reader(text)
    blocks: list[ast.With | ast.AsyncWith] = [*nodes_of_type(tree, ast.With), *nodes_of_type(tree, ast.AsyncWith)]
    for node in blocks:
        for item in node.items:
            match item.context_expr:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in RAISES:
                    yield span(node)


expected_failures = Analysis("expected-failures", collect)
