"""Expressions as plain tuples: what facts keep of an expression, and what the evaluator reads.

One form for `ast` and LibCST trees, small enough to store and to hash:

    ("name", id)  ("attr", value, name)  ("index", value, index)  ("const", value)
    ("call", function, positional, keywords)      keywords: ((name, value), ...); `**x` has name ""
    ("list", items)  ("tuple", items)  ("set", items)  ("dict", values)
    ("await", value)  ("union", left, right)      `left | right`
    ("either", items)                             `a or b`, `a if c else b`
    ("begins", text)                              a text that begins so: `f"a{b}"`, `"a" + b`, `"a%s" % b`
    ("slice",)                                    `1:2`, as an index
    ("item", value)                               what iterating over value gives
    ("enter", value)                              what `with value as x` binds
    ("part", value, position)                     what unpacking gives at a position
    ("from", module, name)  ("module", dotted)    what an import binds
    ("def", qualname)  ("class", qualname)        what a definition binds
    ("param", position)                           what the caller passes
    ("as", annotation, value)                     a value that was declared to be something
    ("instance", cls)                             what `isinstance(x, cls)` says of x
    ("but", value, cls)                           a value that is no instance of a class
    ("other",)                                    anything else: of no known kind
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
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
    match node.op, node.left:
        case ast.Add(), ast.Constant(value=str(text)):
            return begins(text)
        case ast.Add(), ast.BinOp() | ast.JoinedStr():
            first = _expr(node.left)
            return first if first[0] == "begins" else OTHER
        case ast.Mod(), ast.Constant(value=str(text)):
            return begins(text.partition("%")[0])
    return OTHER


def _formatted(node: ast.JoinedStr) -> Expr:
    match node.values:
        case [ast.Constant(value=str(text)), *_]:
            return begins(text)
    return OTHER


def begins(text: str) -> Expr:
    return ("begins", text) if 0 < len(text) <= LONGEST_STRING else OTHER


def _either(node: ast.BoolOp) -> Expr:
    return ("either", tuple([_expr(value) for value in node.values]))


def _ternary(node: ast.IfExp) -> Expr:
    return ("either", (_expr(node.body), _expr(node.orelse)))


def _walrus(node: ast.NamedExpr) -> Expr:
    return _expr(node.value)


def _comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Expr:
    return ("list", (substituted(_expr(node.elt), _targets(node.generators)),))


def _dict_comprehension(node: ast.DictComp) -> Expr:
    return ("dict", (substituted(_expr(node.value), _targets(node.generators)),))


def _targets(generators: list[ast.comprehension]) -> Mapping[Expr, Expr]:
    """What the targets of a comprehension are: its own names, whatever is called so outside."""
    known: dict[Expr, Expr] = {}
    for part in generators:
        known |= dict(targets_of(part.target, ("item", substituted(_expr(part.iter), known))))
    return known


def targets_of(target: ast.expr, made: Expr) -> Iterator[tuple[Expr, Expr]]:
    """The names that a target binds, with what each gets; nothing for attributes and items."""
    match target:
        case ast.Name(id=name):
            yield ("name", name), made
        case ast.Starred(value=value):
            yield from targets_of(value, OTHER)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            starred = next((at for at, item in enumerate(items) if isinstance(item, ast.Starred)), len(items))
            for position, item in enumerate(items):
                yield from targets_of(item, ("part", made, position) if position < starred else OTHER)


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
    ast.JoinedStr: _formatted,
    ast.BoolOp: _either,
    ast.IfExp: _ternary,
    ast.NamedExpr: _walrus,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.Slice: lambda node: ("slice",),
    ast.Starred: lambda node: ("item", _expr(node.value)),
}


def substituted(expr: Expr, known: Mapping[Expr, Expr]) -> Expr:
    """An expression with some of its parts replaced by what they are known to be."""
    if not known or expr[:1] == ("const",):
        return expr
    if expr in known:
        return known[expr]
    return tuple([substituted(part, known) if type(part) is tuple else part for part in expr])


def size_of(expr: Expr) -> int:
    """How many tuples an expression is made of."""
    size, left = 0, [expr]
    while left:
        part = left.pop()
        size += 1
        left += [below for below in part if type(below) is tuple]
    return size


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
