"""What the end of a chain of attributes is called, and where it stands."""

from __future__ import annotations

import ast

from stackcheck import Span


def last_name(node: ast.AST | None) -> str:
    """`c` of `a.b.c`, and of `c`; empty for anything else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def last_span(chain: Span, name: str) -> Span:
    """Where the last name of a chain stands that ends with it."""
    return Span(chain.end_line, chain.end_column - len(name), chain.end_line, chain.end_column)
