"""Where a value is used as a row or a result of SQLAlchemy 1.x could be: by name, as a dictionary, as a list."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Set
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, Use, expr_of, nodes_of_type, span_reader, uses
from stackcheck_rules.analyses._node_names import last_span
from stackcheck_rules.analyses._scoped_nodes import lines_of
from stackcheck_rules.analyses._words import words

# Methods, with the number of arguments that they take.
METHODS = {
    **dict.fromkeys(words("items iterkeys itervalues keys tuple tuples values _tuple"), 0),
    "columns": 1,
    "has_key": 1,
}
ATTRIBUTES = words("t _t")
DICTS = words("dict OrderedDict")
# What a file is about that has rows, and what it mentions where they come from; others are handed theirs.
ABOUT = ("sqlalchemy", "sqlmodel", "Session", "Connection")
EXECUTING = (".execute(", ".exec_driver_sql(", ".query(", ".stream(", ".fetchone(", ".fetchmany(", ".fetchall(")
TYPES = re.compile(r"\b(?:(?:Async|Cursor|LegacyCursor)?Result|ResultProxy|Row|RowProxy)\b")
# Several that each begin with a rare character are faster than one of them all.
MENTIONED = tuple(map(re.compile, (
    rf"\.\s*(?:{'|'.join(sorted({*METHODS, *ATTRIBUTES}))})\b",
    r"\[(?<=[\w)\]]\[)\s*(?:[bfru]{0,2}[\"']|(?:[a-z_][\w.]*|[A-Z][A-Z\d_]*)\s*\]|str\()",  # row["name"], row[name]
    r" in (?:(?<=[\"'] in )|(?<=[\"'] not in ))(?![\[({])",
    r"\.c\.\w+ (?:not )?in ",
    r"(?:dict|Dict|map)\(\s*[^\s)]",
    r"\*\*[\w(]",
)))  # fmt: skip
HANDED = (re.compile(r"[dD]ict\(\s*(?:await\s+)?[\w.]+\s*[()]"),)
# `names = result.keys()`: only such a name is looked at where it is indexed by a number.
KEPT = re.compile(r"^[ \t]*(\w+)[ \t]*=[^=\n]*\.keys\(\)[ \t]*$", re.MULTILINE)
# Functions and methods that are content with anything that can be looped over.
CONSUMERS = words("all any dict enumerate filter frozenset len list map max min set sorted sum tuple zip")
CONSUMING = words("extend join update")
PRIMARY = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)  # what `.name` may follow
OTHER: Expr = ("other",)
NO_ROWS = words("const dict list other set tuple")  # forms of an expression


class RowUse(NamedTuple):
    """A use of `value`, which is followed back to what was assigned last; `written` is how it stands there.

    `form` is `[]`, `in`, `not in`, `dict`, `map`, `**`, `keys[]` (an index of what `value.keys()` gives), or
    the name after the dot. `key` is what is asked for, followed back, or the function that is called. `at` is what
    to point at, `owner` the value, `whole` all of it. `primary` is whether `.name` may follow the value as
    it stands, `looped` whether what comes out is only looped over, `counted` whether it is indexed.
    """

    form: str
    scope: str
    value: Expr
    written: Expr
    key: Expr
    at: Span
    owner: Span
    whole: Span
    primary: bool
    looped: bool = False
    counted: bool = False


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[RowUse]:
    if not any(word in text for word in ABOUT):
        return
    kept = frozenset(KEPT.findall(text)) if ".keys()" in text else frozenset()
    patterns = MENTIONED if makes_rows(text) else HANDED
    starts = {match.start() for pattern in patterns for match in pattern.finditer(text)}
    if kept:
        starts |= {match.start() for match in re.finditer(rf"\b(?:{'|'.join(sorted(kept))})\[", text)}
    lines = lines_of(text, sorted(starts))
    if not lines:
        return
    loops: set[ast.AST] = {node.iter for node in nodes_of_type(tree, ast.For)}
    loops |= {node.iter for node in nodes_of_type(tree, ast.comprehension)}
    span = span_reader(text)
    for use in uses(tree, outline, lambda node: asked(node, kept), lines=lines, walrus=":=" in text):
        for fact in facts_of(use, loops, span):
            if fact.value[0] not in NO_ROWS:
                yield fact


def makes_rows(text: str) -> bool:
    """Whether rows may come from a file, or are named in it."""
    return any(call in text for call in EXECUTING) or (("Result" in text or "Row" in text) and bool(TYPES.search(text)))


def asked(node: ast.AST, kept: Set[str]) -> ast.expr | None:
    """What a use is to be followed back for: the value, and what it is asked for beside it."""
    match node:
        case ast.Subscript(value=ast.Call(func=ast.Attribute(attr="keys")), ctx=ast.Load()):
            return node
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Load()) if name in kept:
            return node
        case ast.Subscript(slice=ast.Constant(value=str()) | ast.JoinedStr(), ctx=ast.Load()):
            return node
        case ast.Subscript(slice=ast.Name() | ast.Attribute() | ast.Call(func=ast.Name(id="str")), ctx=ast.Load()):
            return node
        case ast.Compare(left=ast.Constant(value=str()) | ast.Attribute() as key, ops=[op], comparators=[value]):
            return ast.Tuple([value, key]) if isinstance(op, (ast.In, ast.NotIn)) else None
        case ast.Call(func=ast.Name(id=name), args=[value, *_]) if name in DICTS and not isinstance(value, ast.Starred):
            return value
        case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="dict"), value]):
            return value
        case ast.Call(func=ast.Attribute(attr=name, value=value), args=given, keywords=[]):
            return value if METHODS.get(name) == len(given) else None
        case ast.Attribute(attr=name, value=value, ctx=ast.Load()) if name in ATTRIBUTES:
            return value
        case ast.keyword(arg=None, value=value):
            return value
        case ast.Dict(keys=keys, values=values) if None in keys:
            return ast.Tuple([value for key, value in zip(keys, values, strict=True) if key is None])
    return None


def facts_of(use: Use, loops: Set[ast.AST], span: Callable[[ast.AST], Span]) -> Iterator[RowUse]:
    node = use.node
    whole = span(node)

    def fact(form: str, held: ast.expr, value: Expr, key: Expr = OTHER, at: Span = whole) -> RowUse:
        return RowUse(
            form, use.scope, value, expr_of(held), key, at, span(held), whole, isinstance(held, PRIMARY),
            is_looped(node, use.parent, loops), isinstance(use.parent, ast.Subscript) and use.parent.value is node,
        )  # fmt: skip

    match node, use.value:
        case ast.Subscript(value=held), ("index", ("call", ("attr", value, "keys"), (), ()), key):
            yield fact("keys[]", held, value, key)
        case ast.Subscript(value=held, slice=given), ("index", value, key):
            key = ("const", "") if isinstance(given, ast.JoinedStr) else key
            yield fact("[]", held, value, key, whole if whole.line == whole.end_line else span(given))
        case ast.Compare(ops=[op], comparators=[held]), ("tuple", (value, key)):
            yield fact("in" if isinstance(op, ast.In) else "not in", held, value, key)
        case ast.Call(func=ast.Name(id="map") as function, args=[_, held]), value:
            yield fact("map", held, value, expr_of(function))
        case ast.Call(func=ast.Name() as function, args=[held, *_]), value:
            yield fact("dict", held, value, expr_of(function))
        case ast.Call(func=ast.Attribute(attr=name, value=held) as function, args=given), value:
            key = expr_of(given[0]) if given else OTHER
            yield fact(name, held, value, key, name_at(name, span(function)))
        case ast.Attribute(attr=name, value=held), value:
            if not (isinstance(use.parent, ast.Call) and use.parent.func is node):
                yield fact(name, held, value, OTHER, name_at(name, whole))
        case ast.keyword(value=held), value:
            yield fact("**", held, value, OTHER, span(held))
        case ast.Dict(keys=keys, values=values), ("tuple", parts):
            unpacked = (held for at, held in zip(keys, values, strict=True) if at is None)
            yield from (fact("**", held, value, OTHER, span(held)) for held, value in zip(unpacked, parts, strict=True))


def name_at(name: str, attribute: Span) -> Span:
    """Where the name of an attribute stands."""
    return last_span(attribute, name)


def is_looped(node: ast.AST, parent: ast.AST | None, loops: Set[ast.AST]) -> bool:
    """Whether nothing is done with what an expression gives but loop over it, or look something up in it."""
    match parent:
        case ast.Call(func=ast.Name(id=name), args=given) if node in given:
            return name in CONSUMERS
        case ast.Call(func=ast.Attribute(attr=name), args=given) if node in given:
            return name in CONSUMING
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[right]):
            return right is node
        case ast.Starred():
            return True
    return node in loops


row_uses = Analysis("row-uses", collect)
