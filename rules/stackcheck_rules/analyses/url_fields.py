"""Fields of the project that are declared to hold a URL, and where a file treats one as the string it was."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline, Span, definitions, expr_of, nodes_of, span_reader, uses
from stackcheck_rules.analyses._pydantic_kinds import URLS

# A URL of version 2 has none of these.
STRING_METHODS = frozenset(name for name in dir(str) if not name.startswith("_"))
PARTS = frozenset({"host", "host_type", "password", "port", "tld", "user"})
TYPES = frozenset(URLS)
FIELDS = "fields"  # the key under which all names of fields are


class UrlField(NamedTuple):
    """A field of a class whose value nothing turns into something else."""

    qualname: str
    name: str


class FileMark(NamedTuple):
    """Stands for a file, which is looked at when some field is known to look for."""


class UrlUse(NamedTuple):
    """A use that a string has an answer to; `detail` is the method, the part, or nothing, `function` what is called."""

    form: str
    code: str
    value: Expr
    span: Span
    scope: str
    detail: str = ""
    function: Expr = ("other",)


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[UrlField | FileMark]:
    yield FileMark()
    if not any(name in text for name in URLS):
        return
    numbered = outline.numbered()
    for number, node in enumerate(definitions(tree), start=1):
        if isinstance(node, ast.ClassDef):
            made = {name for statement in node.body for name in validated(statement)}
            for statement in node.body:
                match statement:
                    case ast.AnnAssign(target=ast.Name(id=name), annotation=note) if is_url(note):
                        if not {name, "*"} & made:
                            yield UrlField(numbered[number], name)


def is_url(note: ast.expr) -> bool:
    """Whether an annotation speaks of a URL and of no function that makes something of it."""
    names = {getattr(node, "id", getattr(node, "attr", "")) for node in nodes_of(note)}
    return bool(names & TYPES) and not any(name.endswith(("Validator", "Serializer")) for name in names)


def validated(statement: ast.stmt) -> Iterator[str]:
    """The fields whose value a validator returns that runs after Pydantic's own."""
    for decorator in getattr(statement, "decorator_list", ()):
        match decorator:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=words):
                if "validator" in name and not any(is_before(word) for word in words):
                    yield from (
                        arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                    )


def is_before(word: ast.keyword) -> bool:
    match word:
        case ast.keyword(arg="pre", value=ast.Constant(value=True)):
            return True
        case ast.keyword(arg="mode", value=ast.Constant(value="before")):
            return True
    return False


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]) -> Mapping[object, object]:
    """The names of all such fields, and (file, class, name) of each."""
    found: dict[object, object] = {}
    names: set[str] = set()
    for file, each in facts.items():
        for fact in each:
            if isinstance(fact, UrlField):
                found[file, fact.qualname, fact.name] = True
                names.add(fact.name)
    return {FIELDS: tuple(sorted(names)), **found} if names else {}


def string_uses(tree: ast.Module, outline: Outline, text: str) -> Iterator[UrlUse]:
    """Where a file uses a name or an attribute as a string."""
    span = span_reader(text)
    asked: dict[ast.AST, tuple[str, str, Expr]] = {
        node: (form, detail, function)
        for whole in nodes_of(tree)
        for node, form, detail, function in parts(whole)
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))
    }
    for use in uses(tree, outline, lambda node: node if node in asked and isinstance(node, ast.expr) else None):
        form, detail, function = asked[use.node]
        yield UrlUse(form, ast.unparse(use.node), use.value, span(use.node), use.scope, detail, function)


def parts(node: ast.AST) -> Iterator[tuple[ast.expr, str, str, Expr]]:
    """The operands of a node that must be strings."""
    nothing: Expr = ("other",)
    match node:
        case ast.Attribute(attr=name, value=value) if name in STRING_METHODS:
            yield value, "method", name, nothing
        case ast.Attribute(attr=name, value=value) if name in PARTS:
            yield value, "part", name, nothing
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield left, "sum", "", nothing
            yield right, "sum", "", nothing
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[right]) if is_text(left):
            yield right, "search", "", nothing
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            yield from [
                (one, "comparison", "", nothing) for one, other in ((left, right), (right, left)) if is_text(other)
            ]
        case ast.Subscript(value=value, ctx=ast.Load()):
            yield value, "slice", "", nothing
        case ast.Call(func=ast.Name(id="isinstance"), args=[value, ast.Name(id="str")]):
            yield value, "check", "", nothing
        case ast.Call(func=function, args=args, keywords=words):
            named = expr_of(function)
            yield from [(arg, "argument", str(position), named) for position, arg in enumerate(args[:2])]
            yield from [(word.value, "argument", word.arg or "", named) for word in words]


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


url_fields = Analysis("url-fields", collect, merge)
