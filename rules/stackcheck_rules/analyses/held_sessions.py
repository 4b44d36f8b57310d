"""Sessions and connections that something keeps which lives as long as the process: a class, its only instance, the
state of an application.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Kind, Outline, Span, expr_of, nodes_of_type, span_reader
from stackcheck_rules.analyses._scope_at import scope_at
from stackcheck_rules.analyses.cached_functions import CACHES
from stackcheck_rules.analyses.global_sessions import MADE
from stackcheck_rules.analyses.served import role_of, served

STATE = re.compile(r"\.state\.\w+\s*=[^=]")
ClassKey = tuple[str, str]  # (file, qualname)


class Held(NamedTuple):
    """`name = expr`, where `form` is `class` in the body of `owner`, `member` for `self.name = expr` in its
    `__init__`, and `state` for `app.state.name = expr`; then `owner` is empty and `app` what stands before `.state`.
    """

    form: str
    owner: str
    name: str
    scope: str
    expr: Expr
    span: Span
    app: Expr = ("other",)


class Instance(NamedTuple):
    """What holds the instance of a class that lives as long as the process: a name of a module."""

    file: str
    name: str


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Held]:
    if "ession" not in text and "connect(" not in text:
        return
    for scope in outline.classes():
        for form, named in (("class", scope.bindings), ("member", scope.members)):
            for name, bindings in named.items():
                for one in bindings:
                    if one.expr[0] in MADE and (form == "class" or one.scope == f"{scope.qualname}.__init__"):
                        yield Held(form, scope.qualname, name, one.scope, one.expr, one.span)
    if ".state." in text and STATE.search(text):
        span = span_reader(text)
        for node in nodes_of_type(tree, ast.Assign):
            match node.targets:
                case [ast.Attribute(value=ast.Attribute(value=app, attr="state"), attr=name)]:
                    yield Held(
                        "state", "", name, scope_at(span(node), outline), expr_of(node.value), span(node), expr_of(app)
                    )


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Held, ...]]) -> Mapping[ClassKey, Instance]:
    """(file, qualname) of each class whose `__init__` runs once for the process, and where."""
    wanted = {(file, one.owner) for file, found in facts.items() for one in found if one.form == "member"}
    found: dict[ClassKey, Instance] = {}
    for file in facts if wanted else ():
        if role_of(file) != "app" or not evaluator.merged(served.name).get(file):
            continue
        for instance, kind in instances_in(file, evaluator):
            made = initialiser(kind, evaluator)
            if made in wanted:
                found.setdefault(made, instance)
    return found


def instances_in(file: str, evaluator: Evaluator) -> Iterator[tuple[Instance, Kind]]:
    """What a module makes once: in its own body, or in a function whose result is kept."""
    outline = evaluator.project.outline(file)
    for name, bindings in outline.module.bindings.items():
        for one in bindings:
            if one.expr[0] == "call" and one.scope == "":
                yield Instance(file, name), evaluator.value(file, "", one.expr)
    for function in outline.functions():
        caches = [one[1] if one[0] == "call" else one for one in function.decorators]
        if not function.params and any(evaluator.value(file, function.parent, one).symbol in CACHES for one in caches):
            for value in function.values:
                yield Instance(file, function.name), evaluator.value(file, function.qualname, value)


def initialiser(kind: Kind, evaluator: Evaluator) -> ClassKey | None:
    """The class whose `__init__` makes an instance."""
    if not kind.file or not kind.certain or kind.word in {"class", "function", "module"}:
        return None
    for cls in evaluator.ancestry(Kind("class", kind.symbol, kind.file)).classes:
        if not cls.file:
            return None
        if evaluator.project.bindings(cls.file, cls.symbol, "__init__"):
            return cls.file, cls.symbol
    return None


held_sessions = Analysis("held-sessions", collect, merge)
