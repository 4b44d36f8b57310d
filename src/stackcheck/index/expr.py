"""Expressions as plain tuples: what facts keep of an expression, and what the evaluator reads.

One form for `ast` and LibCST trees, small enough to store and to hash:

    ("name", id)  ("attr", value, name)  ("index", value, index)  ("const", value)
    ("call", function, positional, keywords)      keywords: ((name, value), ...); `**x` has name ""
    ("list", items)  ("tuple", items)  ("set", items)  ("dict", values)
    ("await", value)  ("union", left, right)      `left | right`
    ("either", items)                             `a or b`, `a if c else b`
    ("item", value)                               what iterating over value gives
    ("enter", value)                              what `with value as x` binds
    ("part", value, position)                     what unpacking gives at a position
    ("from", module, name)  ("module", dotted)    what an import binds
    ("def", qualname)  ("class", qualname)        what a definition binds
    ("param", position)                           what the caller passes
    ("other",)                                    anything else: of no known kind
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

Expr = tuple[Any, ...]

OTHER: Expr = ("other",)
NOTHING: Expr = ("const", None)
LONGEST_STRING = 200  # a longer one is prose; annotations and URLs are shorter


def expr_of(node: ast.expr | None) -> Expr:
    """The tuple form of an `ast` expression; `None` is the absent expression, `OTHER`."""
    try:
        return _expr(node)
    except RecursionError:  # a chain of a thousand calls: of no kind that anyone could name
        return OTHER


def _expr(node: ast.expr | None) -> Expr:
    convert = CONVERT.get(type(node))  # type: ignore[arg-type] # None is not in the table
    return convert(node) if convert else OTHER


def _name(node: ast.Name) -> Expr:
    return ("name", node.id)


def _attribute(node: ast.Attribute) -> Expr:
    return ("attr", _expr(node.value), node.attr)


def _call(node: ast.Call) -> Expr:
    positional = tuple([_expr(arg) for arg in node.args])
    keywords = tuple([(word.arg or "", _expr(word.value)) for word in node.keywords])
    return ("call", _expr(node.func), positional, keywords)


def _subscript(node: ast.Subscript) -> Expr:
    return ("index", _expr(node.value), _expr(node.slice))


def _constant(node: ast.Constant) -> Expr:
    match node.value:
        case str(text) if len(text) > LONGEST_STRING:
            return ("const", "")
        case str() | bool() | int() | float() | None as value:
            return ("const", value)
        case value if value is ...:
            return ("const", "...")
    return OTHER


def _items(word: str) -> Callable[[Any], Expr]:
    return lambda node: (word, tuple([_expr(item) for item in node.elts]))


def _dict(node: ast.Dict) -> Expr:
    return ("dict", tuple([_expr(value) for value in node.values[:4]]))


def _await(node: ast.Await) -> Expr:
    return ("await", _expr(node.value))


def _binary(node: ast.BinOp) -> Expr:
    if isinstance(node.op, ast.BitOr):
        return ("union", _expr(node.left), _expr(node.right))
    return OTHER


def _either(node: ast.BoolOp) -> Expr:
    return ("either", tuple([_expr(value) for value in node.values]))


def _ternary(node: ast.IfExp) -> Expr:
    return ("either", (_expr(node.body), _expr(node.orelse)))


def _walrus(node: ast.NamedExpr) -> Expr:
    return _expr(node.value)


def _comprehension(node: ast.ListComp | ast.GeneratorExp) -> Expr:
    # Only what the element is without the targets: `[User(x) for x in rows]` is a list of users.
    return ("list", (_expr(node.elt),)) if isinstance(node.elt, ast.Call) else ("list", ())


CONVERT: dict[type[ast.AST], Callable[[Any], Expr]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Constant: _constant,
    ast.List: _items("list"),
    ast.Tuple: _items("tuple"),
    ast.Set: _items("set"),
    ast.Dict: _dict,
    ast.Await: _await,
    ast.BinOp: _binary,
    ast.BoolOp: _either,
    ast.IfExp: _ternary,
    ast.NamedExpr: _walrus,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Starred: lambda node: ("item", _expr(node.value)),
}


def parse_expr(text: str) -> Expr:
    """The tuple form of source text, as of a string annotation; `OTHER` if it is no expression."""
    try:
        return expr_of(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return OTHER


def dotted(expr: Expr) -> str:
    """`a.b.c` for a chain of names and attributes, else the empty string."""
    match expr:
        case ("name", str(name)):
            return name
        case ("attr", value, str(name)):
            base = dotted(value)
            return f"{base}.{name}" if base else ""
    return ""


def root_name(expr: Expr) -> str:
    """The name at the head of a chain of attributes, calls and subscripts, else empty."""
    while expr[0] in {"attr", "call", "index", "await", "item", "enter"}:
        expr = expr[1]
    return str(expr[1]) if expr[0] == "name" else ""
