"""Strings that are passed where a statement belongs: `conn.execute("SELECT 1")`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Binding, Outline, Span, nodes_of_type, span_reader
from stackcheck_rules.analyses._scope_at import scope_at
from stackcheck_rules.analyses.database_calls import EXECUTING

# Methods of a string that give another string.
OF_STRINGS = {"format", "format_map", "join", "lower", "replace", "strip", "upper"}


CALLED = tuple(f".{name}(" for name in sorted(EXECUTING))


class SqlString(NamedTuple):
    """The string at `at`. `values` are the texts that it may be; empty where it is put together at run time."""

    at: Span
    values: tuple[str, ...]


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[SqlString]:
    if not any(called in text for called in CALLED):
        return
    span = span_reader(text)
    passed = [given for call in nodes_of_type(tree, ast.Call) if (given := statement_of(call)) is not None]
    assigned = assigned_to({node.id for node in passed if isinstance(node, ast.Name)}, tree, span)
    for node in passed:
        at = span(node)
        values: list[ast.expr | None] = [node]
        if isinstance(node, ast.Name):
            values = [assigned.get(one.span) for one in bindings_of(node.id, scope_at(at, outline), outline)]
        if values and all(map(is_string, values)):
            parts = [value.value for value in values if isinstance(value, ast.Constant)]
            texts = tuple(part for part in parts if isinstance(part, str))
            yield SqlString(at, texts if len(texts) == len(values) else ())


def statement_of(call: ast.Call) -> ast.expr | None:
    """What a call of `execute` and its like is given as statement."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in EXECUTING:
        return None
    named = (word.value for word in call.keywords if word.arg == "statement")
    return call.args[0] if call.args else next(named, None)


def assigned_to(names: set[str], tree: ast.Module, span: Callable[[ast.AST], Span]) -> Mapping[Span, ast.expr | None]:
    """The values that statements assign to some names, by the place of the statement."""
    found: dict[Span, ast.expr | None] = {}
    for assign in nodes_of_type(tree, ast.Assign) if names else ():
        if any(isinstance(target, ast.Name) and target.id in names for target in assign.targets):
            found[span(assign)] = assign.value
    for noted in nodes_of_type(tree, ast.AnnAssign) if names else ():
        if isinstance(noted.target, ast.Name) and noted.target.id in names:
            found[span(noted)] = noted.value
    return found


def bindings_of(name: str, scope: str, outline: Outline) -> list[Binding]:
    """What binds a name that is read in a scope."""
    here = outline.scopes[scope]
    while name not in here.bindings and here.qualname:
        here = outline.scopes[here.parent]
        while here.form == "class":
            here = outline.scopes[here.parent]
    return here.bindings.get(name, [])


def is_string(node: ast.expr | None) -> bool:
    """Whether an expression can be nothing but a string."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return is_string(left) or is_string(right)
        case ast.BinOp(left=left, op=ast.Mod()):
            return is_string(left)
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in OF_STRINGS:
            return is_string(value)
        case ast.IfExp(body=body, orelse=orelse):
            return is_string(body) and is_string(orelse)
    return False


sql_strings = Analysis("sql-strings", collect, gate=EXECUTING)
