"""Awaitables that one function runs side by side: in `gather` and its like, in a task group, as tasks of their own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from stackcheck import Analysis, Outline, definitions, span_reader
from stackcheck_rules.analyses._scoped_nodes import has_line, lines_of
from stackcheck_rules.analyses._task_reader import Group, Task, read_groups

MENTIONED = re.compile(r"\b(?:gather|wait|as_completed|create_task|ensure_future|start_soon|soonify)\s*\(\s*[^\s)]")


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Group]:
    if "async def" not in text or not (lines := lines_of(text, (match.start() for match in MENTIONED.finditer(text)))):
        return
    span = span_reader(text)
    for name, function in zip(outline.numbered()[1:], definitions(tree), strict=True):
        if isinstance(function, ast.AsyncFunctionDef) and has_line(function, lines):
            yield from read_groups(name, function, span)


concurrent_tasks = Analysis("concurrent-tasks", collect)

__all__ = ["Group", "Task", "concurrent_tasks"]
