"""Calls of SQLAlchemy's Core by name: `select(…)`, `sa.select(…)`, `users.select(…)`.

Whoever asks must make sure of the function or of the receiver: a name alone says nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, expr_of, nodes_of_type, root_name, span_reader, uses
from stackcheck_rules.analyses._call_facts import Argument, Call, call_of
from stackcheck_rules.analyses._core_shapes import FUNCTIONS, METHODS, starts_of_calls
from stackcheck_rules.analyses._scoped_nodes import lines_of


class Given(NamedTuple):
    """An argument; `value` is followed back to what was assigned last.

    `form` is the type of its node, `ListSum` for a sum of which a part is a list that is written out.
    """

    argument: Argument
    value: Expr
    form: str

    @property
    def name(self) -> str:
        return self.argument.name


class CoreCall(NamedTuple):
    """`call.function` is followed back as well. `name` is that of the function, whatever it is imported as.

    `around` is the name of the function whose argument the call is, if it is one; `owner_form` is the type of
    the node that a method is called on.
    """

    name: str
    call: Call
    given: tuple[Given, ...]
    around: str = ""
    owner_form: str = ""

    def at(self, position: int, name: str) -> Given | None:
        """The argument at a position (from 0) or under a name; None where neither is given."""
        positional = [one for one in self.given if not one.name]
        named = next((one for one in self.given if one.name == name), None) if name else None
        return named or (positional[position] if 0 <= position < len(positional) else None)


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[CoreCall]:
    functions = {**{name: name for name in FUNCTIONS}, **renamed(outline)}
    lines = lines_of(text, starts_of_calls(text, functions.keys()))
    if not lines:
        return
    imported = names_of_imports(outline)

    def wanted(node: ast.AST) -> ast.expr | None:
        return node if isinstance(node, ast.Call) and is_wanted(node, functions, imported, outline) else None

    span = span_reader(text)
    unused = cache(lambda: {statement.value for statement in nodes_of_type(tree, ast.Expr)})  # most files have no hit
    for use in uses(tree, outline, wanted, kinds=(ast.Call,), lines=lines, walrus=":=" in text):
        node, value = use.node, use.value
        assert isinstance(node, ast.Call)
        match value:
            case ("call", function, positional, keywords):
                pass
            case _:
                continue  # too deep to be read
        written = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        receiver = function[1] if isinstance(node.func, ast.Attribute) and function[0] == "attr" else ("other",)
        made = call_of(node, written, use.scope, receiver, span)._replace(function=function, used=node not in unused())
        values = [*positional, *(value for _, value in keywords)]
        nodes = [*node.args, *(word.value for word in node.keywords)]
        given = tuple(
            Given(argument, value, form_of(each))
            for argument, value, each in zip(made.arguments, values, nodes, strict=True)
        )
        name = functions.get(written, written)
        owner_form = type(node.func.value).__name__ if isinstance(node.func, ast.Attribute) else ""
        yield CoreCall(name, made, given, name_around(node, use.parent), owner_form)


def is_wanted(node: ast.Call, functions: Mapping[str, str], imported: frozenset[str], outline: Outline) -> bool:
    match node.func:
        case ast.Name(id=name) if name in functions and name in imported:
            return FUNCTIONS[functions[name]](node, outline)
        case ast.Attribute(value=owner, attr=name) if name in METHODS and METHODS[name](node, outline):
            return name != "select" or not is_of_module(owner, imported) or FUNCTIONS[name](node, outline)
        case ast.Attribute(value=owner, attr=name) if name in FUNCTIONS and is_of_module(owner, imported):
            return FUNCTIONS[name](node, outline)
    return False


def is_of_module(owner: ast.expr, imported: frozenset[str]) -> bool:
    return root_name(expr_of(owner)) in imported


def names_of_imports(outline: Outline) -> frozenset[str]:
    """The local names that an import may have bound."""
    bound = {
        name
        for scope in outline.scopes.values()
        for name, bindings in scope.bindings.items()
        if any(binding.expr[0] in {"from", "module"} for binding in bindings)
    }
    return frozenset(bound | FUNCTIONS.keys() if outline.stars else bound)


def renamed(outline: Outline) -> Mapping[str, str]:
    """Local names that are imported from something that has one of the names: `select as sql_select`."""
    return {
        local: binding.expr[2]
        for scope in outline.scopes.values()
        for local, bindings in scope.bindings.items()
        for binding in bindings
        if binding.expr[0] == "from" and binding.expr[2] in FUNCTIONS
    }


def form_of(node: ast.expr) -> str:
    return "ListSum" if isinstance(node, ast.BinOp) and is_list_sum(node) else type(node).__name__


def is_list_sum(node: ast.expr) -> bool:
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return is_list_sum(left) or is_list_sum(right)
    return isinstance(node, (ast.List, ast.ListComp))


def name_around(node: ast.Call, parent: ast.AST | None) -> str:
    match parent:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if parent.func is not node:
            return name
    return ""


core_calls = Analysis("core-calls", collect)
