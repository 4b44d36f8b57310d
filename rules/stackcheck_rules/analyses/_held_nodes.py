"""What expressions in functions are, at little cost: names that are bound once need no following through the flow."""

from __future__ import annotations

import ast
import builtins
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from stackcheck import Expr, Outline, Param, Scope, Span, definitions, expr_of, root_name, uses
from stackcheck_rules.analyses._name_reach import Parents, parents_of
from stackcheck_rules.analyses._node_names import last_span
from stackcheck_rules.analyses.session_uses import may_be_session

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
# What a name is bound to that is no session, connection or result for sure.
PLAIN = {"const", "dict", "list", "set", "tuple"}
SYNC_SESSIONS = {("from", module, "Session") for module in ("sqlalchemy.orm", "sqlalchemy.orm.session", "sqlmodel")}
LITERALS = (ast.Constant, ast.JoinedStr, ast.Dict, ast.List)
BUILTINS = frozenset(dir(builtins))
DEFINED = {"class", "def"}  # nor is one of these, but perhaps what it gives when it is called
OTHERS = sys.stdlib_module_names | {"fastapi", "httpx", "pydantic", "pytest", "requests", "starlette"}


class Held(NamedTuple):
    """A node in a function and what is asked of it: the function's scope, and the node around each of its nodes.

    For statements nobody asks what is around them.
    """

    node: ast.expr | ast.stmt
    asked: ast.expr
    scope: Scope
    parents: Parents


def held_in_functions(
    pairs: Sequence[tuple[ast.expr | ast.stmt, ast.expr]], tree: ast.Module, outline: Outline
) -> Iterator[Held]:
    """Those of some (node, what is asked of it) that stand in a function, where the answer could be of a database."""
    if not pairs:
        return
    among = definitions(tree)
    starts = [(node.lineno, node.col_offset) for node in among]
    names = outline.numbered()
    parents: dict[int, Parents] = {}
    for node, asked in pairs:
        number = number_around(node, among, starts)
        scope = outline.scopes[names[number]]
        if scope.form == "function" and may_be_of_database(asked, scope, outline):
            if number not in parents and isinstance(node, ast.expr):
                parents[number] = parents_of(among[number - 1])
            yield Held(node, asked, scope, parents.get(number, {}))


def number_around(node: ast.expr | ast.stmt, among: Sequence[Definition], starts: Sequence[tuple[int, int]]) -> int:
    """The number of the innermost definition in whose body a node stands; 0 is the module."""
    place = (node.lineno, node.col_offset)
    for number in range(bisect_right(starts, place), 0, -1):
        first, last = among[number - 1].body[0], among[number - 1].body[-1]
        if (first.lineno, first.col_offset) <= place < (last.end_lineno or 0, last.end_col_offset or 0):
            return number
    return 0


def may_be_of_database(asked: ast.expr, scope: Scope, outline: Outline) -> bool:
    """Whether an expression could be a session, a connection or a result, by its first name."""
    root = root_name(expr_of(asked))
    here: Scope | None = scope
    while root and here is not None:
        bindings = here.bindings.get(root)
        if bindings and (here is scope or here.form != "class"):
            break
        here = outline.scopes[here.parent] if here.qualname else None
    if not root or here is None:
        # A comprehension binds it, or `:=`, or a star import.
        return root != "" and (root not in BUILTINS or len(outline.stars) > 0)
    for binding in here.bindings[root]:
        match binding.expr:
            case ("param", position):
                param = here.params[position]
                if root in {"self", "cls"} or (is_said(param, outline) and may_be_session(param, outline, True)):
                    return True
            case ("from" | "module", module, *_):
                if module.partition(".")[0] not in OTHERS:
                    return True
            case (word, *_) if word not in PLAIN and (word not in DEFINED or is_called(expr_of(asked))):
                return True
    return False


def is_said(param: Param, outline: Outline) -> bool:
    """Whether something is said of a parameter that could make it more than the sync session that a file imports."""
    match param.annotation:
        case ("name", name):
            bindings = outline.module.bindings.get(name, ())
            return not bindings or any(binding.expr not in SYNC_SESSIONS for binding in bindings)
        case ("other",):
            return bool(param.default[0] == "call")
    return True


def is_called(expr: Expr) -> bool:
    """Whether a chain begins with the call of a name."""
    while expr[0] in {"attr", "index", "await", "call"} and expr[1][0] != "name":
        expr = expr[1]
    return bool(expr[0] == "call")


def answers(held: Sequence[Held], tree: ast.Module, outline: Outline, text: str) -> Iterator[tuple[Held, Expr]]:
    """What is asked for, as it is at its place."""
    moving: dict[ast.AST, Held] = {}
    for one in held:
        expr = expr_of(one.asked)
        if is_settled(root_name(expr), one):
            yield one, expr
        else:
            moving[one.asked] = one
    if moving:
        lines = sorted({one.asked.lineno for one in moving.values()})

        def wanted(node: ast.AST) -> ast.expr | None:
            return moving[node].asked if node in moving else None

        for use in uses(tree, outline, wanted, lines=lines, walrus=":=" in text):
            yield moving[use.node], use.value


def is_settled(root: str, held: Held) -> bool:
    """Whether a name means the same all over its function: it is bound once there, and by nothing inside."""
    if len(held.scope.bindings.get(root, ())) > 1:
        return False
    for node in held.parents:
        match node:
            case ast.Name(id=name, ctx=ast.Store()) if name == root and isinstance(
                held.parents[node], (ast.comprehension, ast.NamedExpr, ast.Tuple)
            ):
                return False
            case ast.arg(arg=name) if name == root:
                within = held.parents[held.parents[node]]
                if isinstance(within, ast.Lambda):
                    return False
    return True


def called(node: ast.AST, span: Callable[[ast.AST], Span]) -> tuple[str, Span]:
    """The name of the method in a call of one, and where it stands."""
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Attribute)
    name, function = node.func.attr, span(node.func)
    return name, last_span(function, name)
