"""Calls of `Field` and of `constr` and its like with an argument that Pydantic 2 does not have, or not there."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, expr_of, span_reader
from stackcheck_rules.analyses._field_arguments import KNOWN
from stackcheck_rules.analyses._scoped_nodes import lines_of, scoped_nodes

# What v1 applied to the items of a list, and v2 applies to the list.
OF_ITEMS = {"allow_inf_nan", "decimal_places", "ge", "gt", "le", "lt", "max_digits", "max_length", "min_length",
            "multiple_of", "pattern"}  # fmt: skip
BARE = {"Dict", "FrozenSet", "List", "Sequence", "Set", "Tuple", "dict", "frozenset", "list", "set", "tuple"}


class Argument(NamedTuple):
    """An argument of a call; `name` is empty for a positional one, `**` and `*` for what is unpacked.

    `keys` are the names in `**{"x-order": 1}`.
    """

    name: str
    value: Expr
    span: Span
    value_span: Span
    keys: tuple[str, ...] = ()


class Declared(NamedTuple):
    """The annotation of which a call is a part, or beside which it stands as the value; with that the field's name."""

    annotation: Expr
    span: Span
    name: str = ""


class FieldCall(NamedTuple):
    """A call, perhaps of Pydantic's function `name`: whoever asks must make sure by `function`."""

    scope: str
    name: str
    function: Expr
    span: Span
    arguments: tuple[Argument, ...]
    declared: Declared | None = None


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[FieldCall]:
    present = {name: name for name in KNOWN if name in text}
    if not present:
        return
    names = {**present, **renamed(outline)}
    # One search for each name: all of them in one take four times as long.
    starts = sorted(match.start() for name in names for match in re.finditer(rf"{name}\s*\(", text))
    span = span_reader(text)
    declared: dict[ast.expr, Declared] = {}
    calls: list[tuple[str, str, ast.Call]] = []
    for scope, node in scoped_nodes(tree, outline, lines_of(text, starts)):
        if isinstance(node, ast.Call):
            name = names.get(getattr(node.func, "id", "")) or getattr(node.func, "attr", "")
            if name in KNOWN and is_wanted(node, name, declared.get(node)):
                calls.append((scope, name, node))
        elif isinstance(node, (ast.AnnAssign, ast.Subscript)):
            declared |= dict(declared_by(node, span))
    for scope, name, call in sorted(calls, key=lambda each: (each[2].lineno, each[2].col_offset)):
        arguments = tuple(sorted(arguments_of(call, span), key=lambda each: each.span))
        yield FieldCall(scope, name, expr_of(call.func), span(call), arguments, declared.get(call))


def renamed(outline: Outline) -> Mapping[str, str]:
    """Local names that are imported from something that has one of the names: `Field as F`."""
    bound = ((local, binding.expr) for scope in outline.scopes.values()
             for local, bindings in scope.bindings.items() for binding in bindings)  # fmt: skip
    return {local: expr[2] for local, expr in bound if expr[0] == "from" and expr[2] in KNOWN}


def declared_by(
    node: ast.AnnAssign | ast.Subscript, span: Callable[[ast.AST], Span]
) -> Iterator[tuple[ast.expr, Declared]]:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=note, value=ast.Call() as value):
            yield value, Declared(expr_of(note), span(note), name)
        case ast.Subscript(
            value=ast.Name(id="Annotated") | ast.Attribute(attr="Annotated"), slice=ast.Tuple(elts=items)
        ):
            yield from ((item, Declared(expr_of(items[0]), span(items[0]))) for item in items[1:])


def is_wanted(call: ast.Call, name: str, declared: Declared | None) -> bool:
    """Whether a call has an argument that is no more, or one that a container may not have."""
    if any(is_unknown(word, name) for word in call.keywords):
        return True
    restricted = declared is not None and any(word.arg in OF_ITEMS for word in call.keywords)
    return restricted and declared is not None and has_container(declared.annotation)


def has_container(annotation: Expr) -> bool:
    match annotation:
        case ("name", name) | ("attr", _, name):
            return name in BARE
        case ("const", str(text)):
            return any(name in text for name in BARE)
    return any(isinstance(part, tuple) and has_container(part) for part in annotation)


def is_unknown(word: ast.keyword, name: str) -> bool:
    match word:
        case ast.keyword(arg="exclude", value=value) if name == "Field":
            return not isinstance(value, (ast.Constant, ast.Name, ast.Attribute, ast.Call))
        case ast.keyword(arg=None) if name == "Field":
            return not KNOWN[name].issuperset(keys_of(word))
        case ast.keyword(arg="unique_items" | None):
            return word.arg is not None
    return word.arg not in KNOWN[name]


def arguments_of(call: ast.Call, span: Callable[[ast.AST], Span]) -> Iterator[Argument]:
    for arg in call.args:
        star = "*" if isinstance(arg, ast.Starred) else ""
        yield Argument(star, expr_of(arg), span(arg), span(arg))
    for word in call.keywords:
        yield Argument(word.arg or "**", expr_of(word.value), span(word), span(word.value), keys_of(word))


def keys_of(word: ast.keyword) -> tuple[str, ...]:
    """The keys of a dictionary that is unpacked where it is written; none if not all of them are strings."""
    keys = word.value.keys if word.arg is None and isinstance(word.value, ast.Dict) else []
    names = tuple(key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
    return names if len(names) == len(keys) else ()


field_calls = Analysis("field-calls", collect, gate=KNOWN.keys())
