"""Where the project makes instances of its classes from names that can be read: what each call gives, and leaves out.

`User(name="ada")`, `Page[User](size=3)`, `User.parse_obj({"name": "ada"})`, `User(**{"name": "ada"})`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Kind, Outline, Span, dotted, expr_of, nodes_of, span_reader
from stackcheck_rules.analyses._scoped_nodes import lines_of, may_be_own, scoped_nodes

# `(name=`, `()` or `({`, and a class before it. Reading every expression of a project would cost half of what parsing
# it does, and looking for the name first a third.
OPENING = re.compile(r"\((?=\s*(?:\)|#|\w+\s*=(?!=)|\*\*\{|\{))")
CLASS = re.compile(r"([A-Z]\w*)(?:\[[^\]\n]*\]+)?(?:\.(?:parse_obj|model_validate|validate))?$")
LONGEST = 80
MAKERS = {"parse_obj", "model_validate", "validate"}
NULL, UNKNOWN = -1, -2
WHOLE = {"root_validator", "model_validator"}
FORGIVING = ("raises", "assertRaises", "assertRaisesRegex", "suppress", "warns", "subTest")


class Call(NamedTuple):
    """A call in a scope; `given` are names and what their values are: the number of items of a display, or
    `NULL` for None, or `UNKNOWN`."""

    scope: str
    function: Expr
    given: tuple[tuple[str, int], ...]
    span: Span


class Construction(NamedTuple):
    """A call of the class (made_file, made), which is a class or an heir of it.

    `validated` are the fields for which it has validators, `*` among them if it has some that cannot be told.
    """

    file: str
    span: Span
    given: tuple[tuple[str, int], ...]
    made_file: str
    made: str
    validated: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.given)


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Call]:
    calls: list[tuple[str, ast.Call, ast.expr, list[tuple[str, ast.expr]]]] = []
    caught: set[ast.AST] = set()
    # `fails(lambda: User())`, in which an error may be what is wanted, unlike in `default_factory=lambda: User()`.
    deferred: set[ast.AST] = set()
    kept: set[ast.AST] = set()
    for scope, node in scoped_nodes(tree, outline, lines_of(text, starts_of_calls(outline, text))):
        if isinstance(node, ast.Call):
            made = made_by(node) if not node.args or isinstance(node.args[0], ast.Dict) else None
            if made is not None:
                calls.append((scope, node, *made))
        elif isinstance(node, ast.Lambda):
            deferred.update(nodes_of(node.body))
        elif isinstance(node, ast.keyword) and isinstance(node.value, ast.Lambda):
            kept.update(nodes_of(node.value.body))
        elif isinstance(node, (ast.Try, ast.TryStar)):
            caught.update(node.body if node.handlers else ())
        elif isinstance(node, (ast.With, ast.AsyncWith)) and any(map(is_forgiving, node.items)):
            caught.update(node.body)
    if calls:
        lines = [range(node.lineno, (node.end_lineno or 0) + 1) for node in caught if isinstance(node, ast.stmt)]
        span = span_reader(text)
        for scope, call, cls, words in sorted(calls, key=lambda each: (each[1].lineno, each[1].col_offset)):
            wanted = call not in deferred or call in kept
            if wanted and not any(call.lineno in block for block in lines):
                yield Call(scope, expr_of(cls), tuple([(name, size_of(value)) for name, value in words]), span(call))


def starts_of_calls(outline: Outline, text: str) -> list[int]:
    ends = (match.start() for match in OPENING.finditer(text))
    before = (CLASS.search(text, max(0, end - LONGEST), end) for end in ends)
    found = [(match[1], match.start()) for match in before if match]
    own = {name for name, _ in found if may_be_own(("name", name), outline)}
    return [at for name, at in found if name in own or text[at - 1 : at] in {".", "_"}]


def made_by(call: ast.Call) -> tuple[ast.expr, list[tuple[str, ast.expr]]] | None:
    """The class that a call looks like making an instance of, and the names that it gives with their values."""
    match call:
        case ast.Call(func=ast.Attribute(value=cls, attr=maker), args=[display], keywords=[]) if maker in MAKERS:
            words = items_of(display)
        case ast.Call(func=cls, args=[]):
            each = [items_of(word.value) if word.arg is None else [(word.arg, word.value)] for word in call.keywords]
            words = None if None in each else [pair for pairs in each for pair in pairs or ()]
        case _:
            return None
    named = cls.value if isinstance(cls, ast.Subscript) else cls
    name = str(getattr(named, "id", getattr(named, "attr", "")))
    return (cls, words) if words is not None and name.lstrip("_")[:1].isupper() else None


def items_of(value: ast.expr) -> list[tuple[str, ast.expr]] | None:
    """The entries of a dictionary that is written out; None for anything else."""
    match value:
        case ast.Dict(keys=keys, values=values):
            pairs = [(key.value, item) for key, item in zip(keys, values, strict=True)
                     if isinstance(key, ast.Constant) and isinstance(key.value, str)]  # fmt: skip
            return pairs if len(pairs) == len(keys) else None
    return None


def is_forgiving(item: ast.withitem) -> bool:
    """Whether a block expects an error, or does not mind it."""
    match item.context_expr:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in FORGIVING
    return False


def size_of(value: ast.expr) -> int:
    match value:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return UNKNOWN if any(isinstance(item, ast.Starred) for item in items) else len(items)
        case ast.BinOp(left=ast.List() as display, op=ast.Mult(), right=ast.Constant(value=int(times))):
            return max(size_of(display) * times, UNKNOWN)
        case ast.Constant(value=None):
            return NULL
    return UNKNOWN


def merge(
    evaluator: Evaluator, facts: Mapping[str, tuple[Call, ...]]
) -> Mapping[tuple[str, str], tuple[Construction, ...]]:
    """(file, qualname) of each class of the project: the calls that make it or an heir of it.

    Left out are classes that see what they are given before the fields do.
    """
    found: dict[tuple[str, str], list[Construction]] = {}
    for file, calls in facts.items():
        for call in calls:
            made = evaluator.value(file, call.scope, call.function)
            if made.word == "class" and made.file and made.certain:
                ancestry = evaluator.ancestry(made)
                own = [cls for cls in ancestry.classes if cls.file]
                if ancestry.whole and not any(interferes(evaluator, cls) for cls in own):
                    names = tuple(sorted({name for cls in own for name in validated_by(evaluator, cls)}))
                    one = Construction(file, call.span, call.given, made.file, made.symbol, names)
                    for cls in own:
                        found.setdefault((cls.file, cls.symbol), []).append(one)
    return {key: tuple(calls) for key, calls in found.items()}


def interferes(evaluator: Evaluator, cls: Kind) -> bool:
    """Whether a class has an initialiser, a metaclass or a validator of the whole: they may fill in what is missing."""
    scope = evaluator.project.outline(cls.file).scopes[cls.symbol]
    if not {"__init__", "__new__"}.isdisjoint(scope.bindings) or any(word == "metaclass" for word, _ in scope.keywords):
        return True
    return any(last_name(each) in WHOLE for each in decorators_in(evaluator, cls))


def validated_by(evaluator: Evaluator, cls: Kind) -> Iterator[str]:
    """The fields that the validators of a class are for."""
    for decorator in decorators_in(evaluator, cls):
        if decorator[0] == "call" and last_name(decorator) in {"validator", "field_validator"}:
            yield from (str(each[1]) if each[0] == "const" else "*" for each in decorator[2])
    bindings = evaluator.project.outline(cls.file).scopes[cls.symbol].bindings.values()
    # `_checked = validator("name")(check)`, or what a function of the project makes of it.
    yield from ("*" for each in bindings for one in each if one.expr[0] == "call" and one.expr[1][0] == "call")


def decorators_in(evaluator: Evaluator, cls: Kind) -> list[Expr]:
    scopes = evaluator.project.outline(cls.file).scopes.values()
    return [each for scope in scopes if scope.parent == cls.symbol for each in scope.decorators]


def last_name(decorator: Expr) -> str:
    return dotted(decorator[1] if decorator[0] == "call" else decorator).rpartition(".")[2]


constructions = Analysis("constructions", collect, merge)
