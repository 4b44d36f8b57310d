"""Parameters that only FastAPI fills: those whose default is `Depends(…)`; and generator dependencies by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stackcheck import Analysis, Evaluator, Scope
from stackcheck_rules.analyses.dependencies import MARKER_SYMBOLS, MARKERS, dependencies

Function = tuple[str, str]  # (file, qualname)
NAMES: Function = ("", "")  # the key under which the names of all of them stand


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]) -> Mapping[Function, tuple[str, ...]]:
    """(file, qualname) -> names of such parameters; under `NAMES` the names of all those functions."""
    found: dict[Function, tuple[str, ...]] = {}
    for file in facts:
        if evaluator.project.facts(dependencies.name, file):
            for scope in evaluator.project.outline(file).functions():
                params = tuple(injected(scope, file, evaluator))
                if params:
                    found[file, scope.qualname] = params
    return {**found, NAMES: tuple(sorted({last_name(name) for _, name in found}))}


def injected(scope: Scope, file: str, evaluator: Evaluator) -> Iterator[str]:
    for param in scope.params:
        match param.default:
            case ("call", ("name", word) | ("attr", _, word) as marker, _, _) if word in MARKERS:
                if evaluator.value(file, scope.parent, marker).symbol in MARKER_SYMBOLS:
                    yield param.name


def merge_generators(evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]) -> Mapping[Function, object]:
    """(file, qualname) -> True for each dependency with `yield`; under `NAMES` the names of all of them."""
    found: dict[Function, object] = {
        (file, name): True for file, name in evaluator.merged(dependencies.name) if is_generator(file, name, evaluator)
    }
    return {**found, NAMES: tuple(sorted({last_name(name) for _, name in found}))}


def is_generator(file: str, name: str, evaluator: Evaluator) -> bool:
    scope = evaluator.project.outline(file).scopes.get(name)
    return scope is not None and bool(scope.yields)


def last_name(qualname: str) -> str:
    return qualname.rpartition(".")[2].partition("#")[0]


injected_parameters = Analysis("injected-parameters", merge=merge)
generator_dependencies = Analysis("generator-dependencies", merge=merge_generators)
