"""Calls and decorators that make a declarative base, each with the name that the base gets."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Outline, Span, expr_of, nodes_of_type, span_reader
from stackcheck_rules.analyses._call_facts import Call, call_of
from stackcheck_rules.analyses._scoped_nodes import lines_of, scoped_nodes

FUNCTIONS = {"as_declarative", "as_declarative_base", "declarative_base", "generate_base"}
MENTIONED = re.compile(rf"\b(?:{'|'.join(sorted(FUNCTIONS))})\b")


class BaseMaker(NamedTuple):
    """`form` is `assigned` to a `name` by a `statement`, `decorates` a class of that name, or neither.

    The call's own name is that of the function, whatever it is called here; its receiver is what is written.
    """

    call: Call
    form: str
    name: str
    statement: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[BaseMaker]:
    if not MENTIONED.search(text):
        return
    names = {name: name for name in FUNCTIONS} | dict(aliases(outline))
    span = span_reader(text)
    users = dict(users_of(tree))
    mentioned = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
    for scope, node in scoped_nodes(tree, outline, lines_of(text, (one.start() for one in mentioned.finditer(text)))):
        match node:
            case ast.Call(func=ast.Name(id=written) | ast.Attribute(attr=written) as called) if written in names:
                receiver = expr_of(called.value if isinstance(called, ast.Attribute) else None)
                made = call_of(node, written, scope, receiver, span)._replace(name=names[written])
                form, name, statement = users.get(node, ("", "", node))
                yield BaseMaker(made, form, name, span(statement))


def aliases(outline: Outline) -> Iterator[tuple[str, str]]:
    """The names of a file that stand for one of the functions, by `from … import … as`."""
    for scope in outline.scopes.values():
        for name, bound in scope.bindings.items():
            for binding in bound:
                if binding.expr[0] == "from" and binding.expr[2] in FUNCTIONS:
                    yield name, binding.expr[2]


def users_of(tree: ast.Module) -> Iterator[tuple[ast.AST, tuple[str, str, ast.AST]]]:
    """(expression, (form, name, statement)) of what is assigned to one name, and of decorators of classes."""
    for assigned in nodes_of_type(tree, ast.Assign):
        match assigned.targets:
            case [ast.Name(id=name)]:
                yield assigned.value, ("assigned", name, assigned)
    for declared in nodes_of_type(tree, ast.AnnAssign):
        match declared:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield value, ("assigned", name, declared)
    for cls in nodes_of_type(tree, ast.ClassDef):
        yield from ((decorator, ("decorates", cls.name, cls)) for decorator in cls.decorator_list)


declarative_bases = Analysis("declarative-bases", collect, gate=FUNCTIONS)
