"""Models that define one of version 1's methods themselves, and who calls what they define."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Kind, Outline, Span, definitions, nodes_of, span_reader
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.legacy_uses import METHODS, LegacyUse


class Override(NamedTuple):
    """A method of a class: `at` is its name, `last` its last parameter.

    `keywords` is the name of `**keywords`, empty without; `bare` if it takes nothing but `self`;
    `calls_super` if it calls the method that it overrides.
    """

    qualname: str
    name: str
    at: Span
    last: Span
    keywords: str
    of_class: bool
    calls_super: bool
    bare: bool


class Caller(NamedTuple):
    """Where an override, or one below it, is used."""

    file: str
    at: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Override]:
    """The methods of classes with bases that are called like one of version 1's."""
    numbered = outline.numbered()
    span = span_reader(text)
    for number, node in enumerate(definitions(tree), start=1):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name in METHODS:
            home = outline.scopes[outline.scopes[numbered[number]].parent]
            decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
            if home.form == "class" and home.bases and decorators <= {"classmethod", "override", "typing.override"}:
                at = name_span(node, span(node))
                of_class = "classmethod" in decorators
                keywords = node.args.kwarg.arg if node.args.kwarg else ""
                last = span((node.args.defaults or node.args.args)[-1]) if node.args.args else at
                bare = node.name in {"dict", "json"} and len(node.args.args) == 1 and not node.args.kwonlyargs
                yield Override(home.qualname, node.name, at, last, keywords, of_class, has_super_call(node), bare)


def has_super_call(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether `super().name` stands in a method of that name."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == method.name
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "super"
        for node in nodes_of(method)
    )


def name_span(node: ast.FunctionDef | ast.AsyncFunctionDef, whole: Span) -> Span:
    """Where the name of a function stands, behind `def` or `async def`."""
    start = whole.column + (4 if isinstance(node, ast.FunctionDef) else 10)
    return Span(node.lineno, start, node.lineno, start + len(node.name))


def merge(
    evaluator: Evaluator, facts: Mapping[str, tuple[Override, ...]]
) -> Mapping[tuple[str, str, str], tuple[Caller, ...]]:
    """For (file, qualname, name) of each override and of each class of the project above it: its callers."""
    found: dict[tuple[str, str, str], tuple[Caller, ...]] = {}
    for file, overrides in facts.items():
        for override in overrides:
            cls = Kind("class", override.qualname, file)
            if evaluator.instance(cls).word in MODELS:
                above = [other for other in evaluator.ancestry(cls).classes if other.file]
                found.update({(other.file, other.symbol, override.name): () for other in above})
    names = {name for _, _, name in found}
    for file in facts:
        for use in evaluator.project.facts("legacy-uses", file):
            if use.name in names:
                key = called_by(use, file, evaluator)
                if key in found:
                    found[key] = (*found[key], Caller(file, use.at))
    return found


def called_by(use: LegacyUse, file: str, evaluator: Evaluator) -> tuple[str, str, str] | None:
    """The class of the project whose method a use reaches."""
    if is_own_override(use):
        return None
    receiver = evaluator.value(file, use.scope, use.receiver)
    if not receiver.symbol or receiver.word in {"function", "module", "external"}:
        return None
    for cls in evaluator.ancestry(Kind("class", receiver.symbol, receiver.file)).classes:
        if cls.file and evaluator.project.bindings(cls.file, cls.symbol, use.name):
            return cls.file, cls.symbol, use.name
    return None


def is_own_override(use: LegacyUse) -> bool:
    """Whether this is `super().dict()` in an override of `dict`, which changes together with it."""
    return use.receiver[:2] == ("call", ("name", "super")) and use.scope.rpartition(".")[2] == use.name


model_overrides = Analysis("model-overrides", collect, merge, gate=METHODS)
