"""Dependencies: functions that FastAPI calls because they stand in `Depends(…)` somewhere.

Source: FastAPI's tutorial, "Dependencies".
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline, Span, expr_of, nodes_of_type, span_reader

MARKERS = {"Depends", "Security"}
ASYNC_SESSIONS = ("", "async-session")
MARKER_SYMBOLS = {"fastapi.Depends", "fastapi.Security"}


class Provider(NamedTuple):
    """`Depends(given, scope=…)`: `span` is that of what is given, `whole` that of the call."""

    marker: Expr
    given: Expr
    scope: str
    span: Span
    whole: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Provider]:
    span = span_reader(text)
    for node in nodes_of_type(tree, ast.Call):
        match node.func:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in MARKERS:
                words = {word.arg: word.value for word in node.keywords}
                given = node.args[0] if node.args else words.get("dependency")
                if given is not None:
                    match words.get("scope"):
                        case ast.Constant(value=str(scope)):
                            pass
                        case other:
                            scope = "?" if other is not None else ""
                    yield Provider(expr_of(node.func), expr_of(given), scope, span(given), span(node))


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Provider, ...]]) -> Mapping[tuple[str, str], object]:
    """(file, qualname) of each function that is a dependency; under ASYNC_SESSIONS those that give an async session."""
    found = places_by_function(evaluator, facts)
    asynchronous = (function for function, places in found.items() if gives_async_session(places[0], evaluator))
    return {**dict.fromkeys(found, True), ASYNC_SESSIONS: tuple(sorted(asynchronous))}


def gives_async_session(place: tuple[str, Provider], evaluator: Evaluator) -> bool:
    file, provider = place
    asked: Expr = ("call", provider.marker, (provider.given,), ())
    return evaluator.provided(file, "", asked).word == "async-session"


def places_by_function(
    evaluator: Evaluator, facts: Mapping[str, tuple[Provider, ...]]
) -> Mapping[tuple[str, str], tuple[tuple[str, Provider], ...]]:
    """(file, provider) of each place where a function is given to a marker, by (file, qualname) of the function."""
    found: dict[tuple[str, str], list[tuple[str, Provider]]] = {}
    for file, providers in facts.items():
        markers: dict[Expr, bool] = {}
        functions: dict[Expr, tuple[str, str] | None] = {}
        for provider in providers:
            if provider.marker not in markers:
                markers[provider.marker] = evaluator.value(file, "", provider.marker).symbol in MARKER_SYMBOLS
            if markers[provider.marker]:
                if provider.given not in functions:
                    # Providers are module-level functions nearly always: the module's scope reads them right.
                    kind = evaluator.value(file, "", provider.given)
                    functions[provider.given] = (kind.file, kind.symbol) if kind.word == "function" else None
                function = functions[provider.given]
                if function is not None:
                    found.setdefault(function, []).append((file, provider))
    return {function: tuple(places) for function, places in found.items()}


def merge_places(
    evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]
) -> Mapping[tuple[str, str], tuple[tuple[str, Provider], ...]]:
    return places_by_function(evaluator, {file: evaluator.project.facts("dependencies", file) for file in facts})


dependencies = Analysis("dependencies", collect, merge, gate=MARKERS)
# Where each stands, from the same facts: asked for by few, since it changes with every line above such a place.
dependency_places = Analysis("dependency-places", merge=merge_places)
