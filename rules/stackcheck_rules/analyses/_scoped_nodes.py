"""The nodes of the statements on some lines of a file, each with the scope that it stands in."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from stackcheck import Expr, Outline, nodes_of, root_name

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
BLOCKS = {"body", "orelse", "finalbody", "handlers", "cases"}  # fields that hold statements
LINE_END = re.compile(r"\r\n?|\n")
FOREIGN = sys.stdlib_module_names | {"fastapi", "httpx", "pytest", "sqlalchemy", "starlette"}  # no models of theirs


def scoped_nodes(tree: ast.Module, outline: Outline, lines: Sequence[int]) -> Iterator[tuple[str, ast.AST]]:
    """(qualname of the definition around it, node) of the statements on some lines, in no order.

    What a definition evaluates outside itself (decorators, defaults, annotations, bases) stands in the
    scope around it. Reading every node of a project would cost half of what parsing it does.
    """
    if not lines:
        return
    inside = {scope.span[:2]: name for name, scope in outline.scopes.items() if name}
    stack: list[tuple[str, ast.AST]] = [("", statement) for statement in tree.body]
    while stack:
        scope, node = stack.pop()
        if isinstance(node, ast.stmt):
            if not has_line(node, lines):
                continue
            yield scope, node
        own = inside.get((node.lineno, node.col_offset + 1), scope) if isinstance(node, DEFINITIONS) else scope
        for name in node._fields:
            value = getattr(node, name, None)
            if type(value) is list and value:
                if name in BLOCKS:
                    stack.extend([(own, item) for item in value])
                else:
                    yield from [
                        (scope, below) for item in value if isinstance(item, ast.AST) for below in nodes_of(item)
                    ]
            elif isinstance(value, ast.AST) and value._fields:
                yield from [(scope, below) for below in nodes_of(value)]


def has_line(node: ast.stmt, lines: Sequence[int]) -> bool:
    """Whether a statement, its decorators included, is on one of some lines."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
    at = bisect_left(lines, first)
    return at < len(lines) and lines[at] <= (node.end_lineno or first)


def lines_of(text: str, starts: Iterable[int]) -> list[int]:
    """The numbers of the lines of some offsets, which are in order."""
    found, line, last = [], 1, 0
    for start in starts:
        line += len(LINE_END.findall(text, last, start)) if "\r" in text else text.count("\n", last, start)
        last = start
        found.append(line)
    return found


def starts_of(text: str, names: Iterable[str], after: str = r"\s*\(") -> list[int]:
    """Where some names stand with what comes after them, a call by default; in no order."""
    # One search for each name that is there: all of them in one pattern take four times as long.
    present = [name for name in names if name in text]
    return [match.start() for name in present for match in re.finditer(name + after, text)]


def may_be_own(expr: Expr, outline: Outline) -> bool:
    """Whether a name or `module.name` of a file could come from the project or from a library with models."""
    bound = outline.module.bindings.get(root_name(expr))
    if not bound:
        return bool(outline.stars) or expr[0] != "name" or not hasattr(builtins, expr[1])
    return not all(one.expr[0] in {"from", "module"} and one.expr[1].partition(".")[0] in FOREIGN for one in bound)
