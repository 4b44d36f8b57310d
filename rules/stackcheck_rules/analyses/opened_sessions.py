"""What a function opens and keeps in a name of its own, without `with` and without closing it in a `finally`.

Left out is what may be closed elsewhere: what is returned, yielded, kept, passed to something that is not called
as a plain function, or used in an inner function.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from stackcheck import (
    Analysis,
    Evaluator,
    Expr,
    Outline,
    Scope,
    Span,
    definitions,
    expr_of,
)
from stackcheck_rules.analyses._name_uses import Slot, uses_of
from stackcheck_rules.analyses._scope_at import scope_at
from stackcheck_rules.analyses._scoped_nodes import lines_of

ENDS = {"aclose", "close", "remove"}
# Methods that hardly anything but a session or a connection has.
TELLING = re.compile(r"\.(?:commit|exec|execute|flush|query|refresh|rollback|scalar|scalars)\(")
ENDING = re.compile(r"\.(?:aclose|close|remove)\(")
BEFORE = re.compile(r"\w+$")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Uses(NamedTuple):
    """How often a name is closed and whether it is committed where nothing fails, and which functions get it, each
    with the position or the keyword.
    """

    closes: int
    commits: bool
    handed: tuple[tuple[Expr, Slot], ...]


class Opened(NamedTuple):
    """`name = made` in the function `scope`, at `span`."""

    scope: str
    name: str
    made: Expr
    span: Span
    uses: Uses


class Closer(NamedTuple):
    """A function that closes one of its parameters."""

    function: str
    parameter: str


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Opened | Closer]:
    ended = receivers(ENDING, text)
    if ended:
        yield from closers(ended, outline, text)
    names = {name for name, _ in receivers(TELLING, text)} if "ession" in text else set[str]()
    if not names:
        return
    nodes = definitions(tree)
    for scope in outline.functions():
        for name in sorted(names & scope.bindings.keys()):
            bound = scope.bindings[name]
            if len(bound) == 1 and bound[0].expr[0] == "call" and bound[0].scope == scope.qualname:
                function = nodes[scope.number - 1]
                assert not isinstance(function, ast.ClassDef)
                uses = done_with(name, function)
                if uses is not None:
                    yield Opened(scope.qualname, name, bound[0].expr, bound[0].span, uses)


def receivers(method: re.Pattern[str], text: str) -> list[tuple[str, int]]:
    """Names before a method, each with the offset."""
    places = [match.start() for match in method.finditer(text)]
    found = [(BEFORE.search(text, max(0, at - 40), at), at) for at in places]
    return [(name[0], at) for name, at in found if name]


def closers(ended: Sequence[tuple[str, int]], outline: Outline, text: str) -> Iterator[Closer]:
    params = {param.name for scope in outline.functions() for param in scope.params} - {"self", "cls"}
    wanted = [(name, at) for name, at in ended if name in params]
    for (name, at), line in zip(wanted, lines_of(text, [at for _, at in wanted]), strict=True):
        column = at - max(text.rfind("\n", 0, at), text.rfind("\r", 0, at))
        scope = outline.scopes[scope_at(Span(line, column, line, column), outline)]
        if any(param.name == name for param in scope.params):
            yield Closer(scope.qualname, name)


def done_with(name: str, function: Function) -> Uses | None:
    """What is done with a name; None where something else may close it, or nothing must."""
    uses = list(uses_of({name}, function.body))
    methods = {str(use.word) for use in uses if use.form == "call"}
    settled = any(use.form == "call" and use.after and use.word in ENDS | {"rollback"} for use in uses)
    escapes = any(use.form == "lost" or (use.form == "attribute" and use.word in ENDS) for use in uses)
    handed = tuple((expr_of(use.node.func), use.word) for use in uses if use.form == "handed" and use.node)
    if settled or escapes or "begin" in methods or (methods <= ENDS and not handed):
        return None
    return Uses(sum(use.word in ENDS for use in uses if use.form == "call"), "commit" in methods, handed)


def merge(
    evaluator: Evaluator, facts: Mapping[str, tuple[Opened | Closer, ...]]
) -> Mapping[tuple[str, str, str], bool]:
    """(file, function, parameter) of what a function closes."""
    return {
        (file, one.function, one.parameter): True
        for file, found in facts.items()
        for one in found
        if isinstance(one, Closer)
    }


def getter(scope: Scope, slot: Slot, bound: bool) -> str:
    """The parameter that gets an argument, empty where that is unknown."""
    params = [param for param in scope.params if param.form not in {"*", "**"}]
    if isinstance(slot, str):
        return slot if any(param.name == slot for param in params) else ""
    at = slot + bound
    return params[at].name if at < len(params) and params[at].form != "kw" else ""


opened_sessions = Analysis("opened-sessions", collect, merge)
