"""Calls of loader options (`joinedload("posts")`) in a spelling that SQLAlchemy 2 has dropped."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, nodes_of, span_reader, uses
from stackcheck_rules.analyses._call_facts import Call, call_of
from stackcheck_rules.analyses._scoped_nodes import lines_of, starts_of
from stackcheck_rules.analyses._words import words

# Options of a relationship: what is chained to them is about the class that it leads to.
RELATIONSHIPS = words(
    "contains_eager defaultload immediateload joinedload lazyload noload raiseload selectinload subqueryload"
)
COLUMNS = words("defer load_only undefer with_expression")
OPTIONS = RELATIONSHIPS | COLUMNS
SEVERAL = words("defer undefer")  # these took several columns


class LoaderCall(NamedTuple):
    """`call.receiver` is the option that it is chained to, followed back.

    `around` are the receivers of the `.options(…)` in whose arguments it stands, the innermost first. `alone`
    is whether it is one of several arguments or items, with nothing chained to it.
    """

    call: Call
    around: tuple[Expr, ...]
    alone: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[LoaderCall]:
    starts = [*starts_of(text, OPTIONS, r"""\s*\([^()]*["']"""), *starts_of(text, SEVERAL, r"\s*\([^()]*,")]
    lines = lines_of(text, sorted(starts))
    if not lines:
        return
    span = span_reader(text)
    found = {use.node: use for use in uses(tree, outline, wanted, kinds=(ast.Call,), lines=lines, walrus=":=" in text)}
    around: dict[ast.AST, list[tuple[int, Expr]]] = {}
    for node, use in found.items():
        if isinstance(node, ast.Call) and name_of(node) == "options":
            inside = [below for given in node.args for below in nodes_of(given) if below in found]
            for below in inside:
                around.setdefault(below, []).append((len(inside), use.value))
    for node, use in found.items():
        assert isinstance(node, ast.Call)
        if is_old(node):
            receiver = use.value if isinstance(node.func, ast.Attribute) else ("other",)
            call = call_of(node, name_of(node), use.scope, receiver, span)
            # What holds fewer of them is further inside.
            outer = tuple(value for _, value in sorted(around.get(node, ()), key=lambda each: each[0]))
            alone = isinstance(use.parent, (ast.List, ast.Tuple)) or (
                isinstance(use.parent, ast.Call) and node in use.parent.args
            )
            yield LoaderCall(call, outer, alone)


def name_of(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def wanted(node: ast.AST) -> ast.expr | None:
    """What a loader option is chained to, or called as; what `options` is called on."""
    if isinstance(node, ast.Call) and (name_of(node) == "options" or is_old(node)):
        return node.func.value if isinstance(node.func, ast.Attribute) else node.func
    return None


def is_old(node: ast.Call) -> bool:
    """Whether a call may be of an option, and has a string or several attributes."""
    name = name_of(node)
    if name not in OPTIONS:
        return False
    values = [*node.args, *(word.value for word in node.keywords if word.arg == "alias")]
    text = any(isinstance(value, ast.Constant) and isinstance(value.value, str) for value in values)
    return text or (name in SEVERAL and len(node.args) > 1)


loader_calls = Analysis("loader-calls", collect, gate=OPTIONS)
