"""Edits of functions that get a session: calls that pass it on, statements and imports that go."""

from __future__ import annotations

import ast
import re

from stackcheck import Span
from stackcheck_rules.analyses._import_edits import Lines, rewritten
from stackcheck_rules.analyses._references import Code, Reference
from stackcheck_rules.analyses._session_parameters import LINE, Function
from stackcheck_rules.analyses._source_text import without_statement
from stackcheck_rules.analyses._taken_names import OldImport, OldName, blocks_of

ENDS = {"close", "remove"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
WAITING = (ast.Await, ast.AsyncFor, ast.AsyncWith)
Edit = tuple[Span, str]


def passed_on(call: ast.Call, name: str, code: Code) -> Edit | None:
    """The edit that makes a name the first argument of a call."""
    if any(isinstance(given, ast.GeneratorExp) for given in call.args):
        return None  # perhaps without brackets of its own
    source = code.source
    end = source.span(call.func)
    start = source.starts[end.end_line - 1] + end.end_column - 1
    opening = re.compile(r"\s*\(").match(source.text, start)
    if opening is None or "\n" in opening[0]:
        return None
    column = end.end_column + len(opening[0])
    place = Span(end.end_line, column, end.end_line, column)
    if not call.args and not call.keywords:
        return place, name
    broken = LINE.match(source.text, opening.end())
    return place, f"{source.newline}{broken[1]}{name}," if broken else f"{name}, "


def closing(use: Reference) -> ast.stmt | None:
    """The statement `session.close()` or `await session.close()` of which a session is a part."""
    above = use.code.above
    attribute = above[use.node]
    call = above.get(attribute)
    match attribute, call:
        case ast.Attribute(attr=method), ast.Call(args=[], keywords=[]) if method in ENDS:
            around = above[call]
            statement = above.get(around) if isinstance(around, ast.Await) else around
            return statement if isinstance(statement, ast.Expr) else None
    return None


def without(statement: ast.stmt, code: Code) -> Edit:
    """The edit that takes a statement away; a block that has no other one is left with `pass`."""
    block = next(block for block in blocks_of(code.above[statement]) if statement in block)
    if len(block) == 1:
        return code.source.span(statement), "pass"
    return without_statement(statement, code.source, first=statement is block[0], last=statement is block[-1])


def without_async(function: Function, code: Code) -> Edit | None:
    """The edit that makes a plain function of a coroutine function; None where something in it is awaited."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, WAITING) or (isinstance(node, ast.comprehension) and node.is_async):
            return None
        waiting += [] if isinstance(node, DEFINITIONS) else ast.iter_child_nodes(node)
    line, column, *_ = code.source.span(function)
    word = re.compile(r"async[ \t]+").match(code.source.line(line), column - 1)
    return (Span(line, column, line, column + len(word[0])), "") if word else None


def without_import(local: str, code: Code) -> list[Edit] | None:
    """The edits that take an imported name out of the imports of a module; None where that is not simple."""
    span = code.source.span
    for node in code.tree.body:
        locals_of = [one.asname or one.name for one in node.names] if isinstance(node, ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom) and local in locals_of:
            names = tuple(OldName(one.name, one.asname or one.name, "", span(one)) for one in node.names)
            statement = OldImport(node.module or "", span(node), names, "top", len(code.tree.body) == 1)
            return rewritten(statement, [locals_of.index(local)], Lines({}), code.source)
    return None
