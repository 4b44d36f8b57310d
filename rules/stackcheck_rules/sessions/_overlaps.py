"""Which of some tasks run at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from stackcheck_rules.analyses.concurrent_tasks import Task


def at_once(tasks: Sequence[Task]) -> Sequence[Task]:
    """Tasks that run at the same time: one that is made again and again, or several."""
    for task in tasks:
        if task.many:
            return [task]
    found = {task for pair in combinations(tasks, 2) if overlap(*pair) for task in pair}
    return [task for task in tasks if task in found]


def overlap(first: Task, second: Task) -> bool:
    if first.own and second.own:
        return False
    arms = {branch[:2]: branch[2] for branch in first.branches}
    if any(arms.get(branch[:2], branch[2]) != branch[2] for branch in second.branches):
        return False  # only one of them ever runs
    early, late = sorted((first, second), key=lambda task: task.start)
    return late.start < early.end or (first.start, first.end) == (second.start, second.end)
