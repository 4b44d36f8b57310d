"""Calls of methods and functions by name, each with what it is called on at that place, and with what."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Set
from typing import NamedTuple

from stackcheck import Expr, Outline, Span, expr_of, nodes_of_type, span_reader, uses
from stackcheck_rules.analyses._node_names import last_span
from stackcheck_rules.analyses._scoped_nodes import lines_of


class Argument(NamedTuple):
    """`name` is empty for a positional one, `*` and `**` for what is unpacked.

    `span` is the whole of it, `value` that of what is passed; `expr` is as it is written, not followed back.
    """

    name: str
    expr: Expr
    span: Span
    value: Span

    @property
    def is_text(self) -> bool:
        """Whether it is a string literal."""
        return self.expr[0] == "const" and isinstance(self.expr[1], str)


class Call(NamedTuple):
    """`receiver.name(…)`; `receiver` is followed back to what was assigned last, `("other",)` for a bare name.

    `function` is what is called, as it is written. `at` is the name, `owner` the receiver (the name
    itself where there is none), `whole` the call. `awaited` is whether `await` stands right before it, `used`
    whether anything is done with what it gives.
    """

    name: str
    scope: str
    receiver: Expr
    function: Expr
    at: Span
    owner: Span
    whole: Span
    arguments: tuple[Argument, ...]
    awaited: bool = False
    used: bool = True

    def argument(self, position: int, name: str) -> Argument | None:
        """The argument at a position (from 0) or under a name; None where neither is given."""
        positional = [one for one in self.arguments if not one.name]
        named = next((one for one in self.arguments if one.name == name), None) if name else None
        return named or (positional[position] if 0 <= position < len(positional) else None)

    @property
    def whole_known(self) -> bool:
        """Whether nothing is unpacked into the call."""
        return all(one.name not in {"*", "**"} for one in self.arguments)


def calls_of(tree: ast.Module, outline: Outline, text: str, methods: Set[str]) -> Iterator[Call]:
    """Calls of methods of some names, in no order."""
    mentioned = re.compile(rf"\.\s*(?:{'|'.join(sorted(methods))})\s*\(")
    lines = lines_of(text, (match.end() - 1 for match in mentioned.finditer(text)))
    if not lines:
        return
    span = span_reader(text)
    unused = {statement.value for statement in nodes_of_type(tree, ast.Expr)}

    def wanted(node: ast.AST) -> ast.expr | None:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods:
            return node.func.value
        return None

    for use in uses(tree, outline, wanted, kinds=(ast.Call,), lines=lines, walrus=":=" in text):
        node = use.node
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Attribute)
        around = use.parent if isinstance(use.parent, ast.Await) else None
        made = call_of(node, node.func.attr, use.scope, use.value, span)
        yield made._replace(awaited=around is not None, used=(around or node) not in unused)


def call_of(node: ast.Call, name: str, scope: str, receiver: Expr, span: Callable[[ast.AST], Span]) -> Call:
    """The fact of a call whose receiver has been followed back; a bare name has none."""
    function = span(node.func)
    at = function
    if isinstance(node.func, ast.Attribute):
        at = last_span(function, name)
    owner = span(node.func.value) if isinstance(node.func, ast.Attribute) else function
    return Call(name, scope, receiver, expr_of(node.func), at, owner, span(node), tuple(arguments_of(node, span)))


def arguments_of(call: ast.Call, span: Callable[[ast.AST], Span]) -> Iterator[Argument]:
    """The arguments of a call, the positional ones first."""
    for given in call.args:
        value = given.value if isinstance(given, ast.Starred) else given
        yield Argument("*" if given is not value else "", expr_of(value), span(given), span(value))
    for word in call.keywords:
        yield Argument(word.arg or "**", expr_of(word.value), span(word), span(word.value))
