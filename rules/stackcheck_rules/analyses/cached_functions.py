"""Functions whose results a decorator keeps: `@lru_cache` and its like."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline
from stackcheck_rules.analyses._references import read_files, references
from stackcheck_rules.analyses._session_takers import is_given
from stackcheck_rules.analyses.dependencies import dependencies

CACHES = {
    "functools.cache", "functools.lru_cache", "async_lru.alru_cache", "asyncstdlib.cache", "asyncstdlib.lru_cache",
    "asyncstdlib.functools.cache", "asyncstdlib.functools.lru_cache", "cachetools.cached",
    "cachetools.func.lru_cache", "cachetools.func.ttl_cache",
}  # fmt: skip


class Cached(NamedTuple):
    """`cache` is the decorator at a position, without its arguments."""

    function: str
    cache: Expr
    position: int


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Cached]:
    if "cache" not in text:
        return
    for scope in outline.functions():
        for position, decorator in enumerate(scope.decorators):
            cache = decorator[1] if decorator[0] == "call" else decorator
            if "cache" in str(cache[-1]):
                yield Cached(scope.qualname, cache, position)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Cached, ...]]) -> Mapping[tuple[str, str], bool]:
    """(file, function) of each that is a dependency, and whether nothing else uses it."""
    needed = {(file, one.function) for file, found in facts.items() for one in found}
    needed &= evaluator.merged(dependencies.name).keys()
    files = read_files(evaluator, facts if needed else ())
    reads = {home: references(home, files) for home in needed}
    return {home: bool(found) and all(map(is_given, found)) for home, found in reads.items() if found is not None}


cached_functions = Analysis("cached-functions", collect, merge)
