"""Where code uses the functions of Pydantic 1 that read, describe or encode what is no model."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, expr_of, nodes_of, span_reader
from stackcheck_rules.analyses._scope_at import scope_at

TOOLS = ("parse_file_as", "parse_obj_as", "parse_raw_as", "schema_json_of", "schema_of")
ENCODERS = ("custom_pydantic_encoder", "pydantic_encoder", "timedelta_isoformat")
FUNCTIONS = frozenset({*TOOLS, *ENCODERS})


class Passed(NamedTuple):
    """`name` is empty for a positional argument, `*` for what is unpacked; `value` is its span without the name.

    `text` is its value if that is a string that stands there.
    """

    name: str
    whole: Span
    value: Span
    expr: Expr
    text: str | None


class ToolUse(NamedTuple):
    """A function's name; `call` is the whole call and `passed` its arguments, None where it is not called."""

    function: Expr
    scope: str
    span: Span
    call: Span
    passed: tuple[Passed, ...] | None


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ToolUse]:
    if "pydantic" not in text or not any(name in text for name in FUNCTIONS):
        return
    names = {name for scope in outline.scopes.values() for name, bindings in scope.bindings.items()
             if any(binding.expr[0] == "from" and binding.expr[2] in FUNCTIONS for binding in bindings)}  # fmt: skip
    names |= FUNCTIONS if outline.stars else set()
    span = span_reader(text)
    calls = {node.func: node for node in nodes_of(tree) if isinstance(node, ast.Call)}
    for node in nodes_of(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in names:
                pass
            case ast.Attribute(attr=name, ctx=ast.Load()) if name in FUNCTIONS:
                pass
            case _:
                continue
        call = calls.get(node)
        passed = tuple(arguments_of(call, span)) if call is not None else None
        scope = scope_at(span(node), outline)
        yield ToolUse(expr_of(node), scope, span(node), span(call if call is not None else node), passed)


def arguments_of(call: ast.Call, span: Callable[[ast.AST], Span]) -> Iterator[Passed]:
    for given in call.args:
        yield passed("*" if isinstance(given, ast.Starred) else "", given, given, span)
    for word in call.keywords:
        yield passed(word.arg or "*", word, word.value, span)


def passed(name: str, whole: ast.AST, value: ast.expr, span: Callable[[ast.AST], Span]) -> Passed:
    text = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
    return Passed(name, span(whole), span(value), expr_of(value), text)


tool_uses = Analysis("tool-uses", collect, gate=FUNCTIONS)
