"""Awaitables that one function runs side by side: in `gather` and its like, in a task group, as tasks of their own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stackcheck import Analysis, Outline, definitions, span_reader
from stackcheck_rules.analyses._scoped_nodes import has_line, lines_of, starts_of
from stackcheck_rules.analyses._task_calls import SPAWNING, STARTING
from stackcheck_rules.analyses._task_reader import GATHERING, Group, Task, read_groups

NAMES = GATHERING | SPAWNING | STARTING | {"soonify"}
WITH_ARGUMENTS = r"\s*\(\s*[^\s)]"  # `event.wait()` is no call of these


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Group]:
    starts = starts_of(text, NAMES, WITH_ARGUMENTS) if "async def" in text else []
    if not starts:
        return
    lines, span = lines_of(text, sorted(starts)), span_reader(text)
    for name, function in zip(outline.numbered()[1:], definitions(tree), strict=True):
        if isinstance(function, ast.AsyncFunctionDef) and has_line(function, lines):
            yield from read_groups(name, function, span)


concurrent_tasks = Analysis("concurrent-tasks", collect, gate=NAMES)

__all__ = ["Group", "Task", "concurrent_tasks"]
