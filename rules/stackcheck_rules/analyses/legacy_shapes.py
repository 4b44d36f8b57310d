"""Shapes of code whose meaning changed with Pydantic 2 under an unchanged spelling, as far as they show in literals.

Only an opt-in rule asks for these: reading them takes a walk over most files.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline, Span, definitions, expr_of, span_reader, uses

LOADERS = {"parse_obj", "model_validate", "validate"}
# A class with one of these may turn what it is given into something else first.
GUARDS = {"__init__", "__new__", "__get_validators__", "__get_pydantic_core_schema__"}
NO_TIME = {None, "year", "month", "day", "tzinfo", "fold"}
TEMPORAL = {"timedelta", "Decimal"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
Place = Callable[[ast.AST], Span]


class LegacyShape(NamedTuple):
    """`form`: `given` (a literal passed to `owner` as `name`), `compared` (`owner` with a JSON text), `dumped`
    (`owner.json()`), `stored` (`owner.__dict__`), `private` (`owner._name`), `declared` (in the class `owner`),
    `received` (by the function `owner`, which has a decorator) and `returned` (for the field `name`, by a validator
    under the decorator `owner`).

    `literal` says what kind of value is given; `value` is the value, or the annotation that was declared.
    """

    form: str
    scope: str
    owner: Expr
    at: Span
    name: str = ""
    literal: str = ""
    value: Expr = ("other",)


class ClassNote(NamedTuple):
    """A class with fields: whether it looks at its input itself, those that JSON writes in another way now, and
    values of the class that begin with an underscore."""

    qualname: str
    guarded: bool
    temporal: tuple[str, ...]
    private: tuple[str, ...]


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[LegacyShape | ClassNote]:
    span = span_reader(text)
    for qualname, node in zip(outline.numbered()[1:], definitions(tree), strict=True):
        if isinstance(node, ast.ClassDef):
            yield from in_class(qualname, node, span) if node.bases else ()
        elif node.decorator_list:
            yield from received(qualname, node, outline.scopes[qualname].parent, span)
    for use in uses(tree, outline, asked):
        yield from shapes_at(use.node, use.scope, use.value, span)


def in_class(qualname: str, node: ast.ClassDef, span: Place) -> Iterator[LegacyShape | ClassNote]:
    temporal, private = [], []
    guarded = fields = False
    for line in node.body:
        match line:
            case ast.FunctionDef(name=name, decorator_list=decorators):
                yield from returned(qualname, line, span)
                guarded |= name in GUARDS or any("valid" in ast.dump(part) for part in decorators)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_private(name, value):
                private.append(name)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=note) if not name.startswith("_"):
                fields = True
                yield LegacyShape("declared", qualname, ("class", qualname), span(note), name, value=expr_of(note))
                if any(word in ast.dump(note) for word in TEMPORAL):
                    temporal.append(name)
    if guarded or private or fields:
        yield ClassNote(qualname, guarded, tuple(temporal), tuple(private))


def returned(qualname: str, node: ast.FunctionDef, span: Place) -> Iterator[LegacyShape]:
    """The numbers that a validator which runs first gives its fields."""
    calls = [decorator for decorator in node.decorator_list if isinstance(decorator, ast.Call)]
    early = [call for call in calls if any(is_early(word) for word in call.keywords)]
    if not early:
        return
    inside = [below for below in ast.walk(node) if below is not node and isinstance(below, DEFINITIONS)]
    others = {each for below in inside for each in ast.walk(below)}
    given = [line.value for line in ast.walk(node) if isinstance(line, ast.Return) and line not in others]
    for value in given:
        literal = literal_of(value) if value is not None else ""
        if value is not None and literal in {"number", "fraction"}:
            fields = [(call.func, field.value) for call in early for field in call.args
                      if isinstance(field, ast.Constant)]  # fmt: skip
            for func, name in fields:
                yield LegacyShape("returned", qualname, expr_of(func), span(value), str(name), literal)


def is_early(word: ast.keyword) -> bool:
    match word.arg, word.value:
        case ("pre", ast.Constant(value=True)) | ("mode", ast.Constant(value="before")):
            return True
    return False


def received(
    qualname: str, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: str, span: Place
) -> Iterator[LegacyShape]:
    """The annotated parameters of a function, but for those that a dependency gives."""
    plain = [*node.args.posonlyargs, *node.args.args]
    defaults = [*[None] * (len(plain) - len(node.args.defaults)), *node.args.defaults, *node.args.kw_defaults]
    for given, default in zip([*plain, *node.args.kwonlyargs], defaults, strict=True):
        match default:
            case ast.Call(func=ast.Name(id="Depends" | "Security") | ast.Attribute(attr="Depends" | "Security")):
                continue
        if given.annotation is not None:
            note = given.annotation
            literal = "call" if isinstance(default, ast.Call) else ""
            yield LegacyShape("received", scope, ("name", qualname), span(note), given.arg, literal, expr_of(note))


def is_private(name: str, value: ast.expr) -> bool:
    return name.startswith("_") and not name.startswith("__") and not isinstance(value, (ast.Call, ast.Lambda))


def asked(node: ast.AST) -> ast.expr | None:
    """What must be known of a node to judge it."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=[ast.Dict(), *_]) if name in LOADERS:
            return owner
        case ast.Call(func=ast.Attribute(value=owner, attr="json")):
            return owner
        case ast.Call(func=func, keywords=words) if any(literal_of(word.value) for word in words):
            return func
        case ast.Attribute(value=owner, attr=name) if name == "__dict__" or (name[0] == "_" and name[1:2] != "_"):
            return owner
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            return left if is_json(right) else right if is_json(left) else None
    return None


def is_json(node: ast.expr) -> bool:
    """Whether a text is JSON with blanks between its parts."""
    match node:
        case ast.Constant(value=str(text)):
            return text[:1] in {"{", "["} and ('": ' in text or ", " in text)
    return False


def shapes_at(node: ast.AST, scope: str, owner: Expr, span: Place) -> Iterator[LegacyShape]:
    match node:
        case ast.Compare():
            match owner:
                case ("call", ("attr", model, "json"), *_):
                    yield LegacyShape("compared", scope, model, span(node))
        case ast.Attribute(attr=name):
            yield LegacyShape("stored" if name == "__dict__" else "private", scope, owner, span(node), name)
        case ast.Call(func=ast.Attribute(attr="json")):
            yield LegacyShape("dumped", scope, owner, span(node))
        case ast.Call(func=ast.Attribute(attr=name), args=[ast.Dict(keys=keys, values=values), *_]) if name in LOADERS:
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield from given(key.value, value, scope, owner, span)
        case ast.Call(keywords=words):
            for word in words:
                if word.arg:
                    yield from given(word.arg, word.value, scope, owner, span)


def given(name: str, value: ast.expr, scope: str, owner: Expr, span: Place) -> Iterator[LegacyShape]:
    literal = literal_of(value)
    if literal:
        yield LegacyShape("given", scope, owner, span(value), name, literal, expr_of(value))


def literal_of(value: ast.expr) -> str:
    match value:
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return literal_of(operand)
        case ast.Constant(value=bool()):
            return ""
        case ast.Constant(value=int()):
            return "number"
        case ast.Constant(value=float(number)):
            return "number" if number.is_integer() else "fraction"
        case ast.List(elts=[_, *_] as items) | ast.Tuple(elts=[_, *_] as items):
            if all(isinstance(item, (ast.Tuple, ast.List)) and len(item.elts) == 2 for item in items):
                return "pairs"
            return "call" if all(isinstance(item, ast.Call) and literal_of(item) for item in items) else ""
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=words) if name[
            :1
        ].isupper() or name in {"datetime", "now", "today", "utcnow"}:
            timed = [*args[3:], *(word.value for word in words if word.arg not in NO_TIME)]
            return "timed" if any(isinstance(part, ast.Constant) and part.value for part in timed) else "call"
    return ""


def merge(
    evaluator: Evaluator, facts: Mapping[str, tuple[LegacyShape | ClassNote, ...]]
) -> Mapping[tuple[str, str], ClassNote]:
    return {(file, one.qualname): one for file, each in facts.items() for one in each if isinstance(one, ClassNote)}


legacy_shapes = Analysis("legacy-shapes", collect, merge)
