"""One function's awaitables that run side by side, read from `ast`.

A list of awaitables is followed to its elements, to what is added to it, and to the comprehension that
makes it; a name to the one expression that it was given.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from stackcheck import Expr, Span, expr_of
from stackcheck_rules.analyses._node_names import last_name
from stackcheck_rules.analyses._task_calls import arguments_of, sequence_of, started
from stackcheck_rules.analyses._task_sites import (
    Branch,
    Site,
    added_to,
    awaits,
    bound_in,
    comprehension_around,
    keeps_only,
    names_bound,
    names_in,
    own_nodes,
    sites_of,
)

GATHERING = {"as_completed", "gather", "wait"}
WRAPPING = {"create_task", "ensure_future", "shield", "wait_for"}
COPIES = {"list", "set", "tuple"}
DEEPEST = 6  # names and displays from a call to an awaitable


class Task(NamedTuple):
    """`callee(arguments)` as one of several at once; `many` if it is made again and again.

    `arguments` are (position or keyword, value). `fresh` are names that mean another thing in each round.
    It runs from line `start` up to line `end`; it is `left` to itself if nobody ever awaits it. `own` is
    what the function itself awaits meanwhile.
    """

    callee: Expr
    arguments: tuple[tuple[int | str, Expr], ...]
    span: Span
    many: bool
    fresh: frozenset[str]
    branches: tuple[Branch, ...]
    start: int
    end: int
    left: bool = False
    own: bool = False


class Group(NamedTuple):
    """What one function runs at once, by `spawner` (`asyncio.gather`, `group.create_task`), whose place is `span`.

    `sequence` are the spans of `await gather(…)` and of its elements, where it can be written as awaits;
    `value` is what becomes of its value: `unpacked`, `kept`, `dropped`.
    """

    function: str
    way: str
    spawner: Expr
    span: Span
    tasks: tuple[Task, ...]
    sequence: tuple[Span, ...] = ()
    value: str = ""


def read_groups(name: str, function: ast.AsyncFunctionDef, span: Callable[[ast.AST], Span]) -> Iterator[Group]:
    sites = list(sites_of(function.body, Site(function)))
    named: dict[str, list[Site]] = {}
    for site in sites:
        for bound in names_bound(site.node):
            named.setdefault(bound, []).append(site)
    body = _Body(sites, named, span, (function.end_lineno or 0) + 1)
    calls = [(site, node) for site in sites for node in own_nodes(site.node) if isinstance(node, ast.Call)]
    taken: set[ast.AST] = set()
    for site, call in calls:
        way = last_name(call.func)
        if way in GATHERING and call.args:
            given = call.args if way == "gather" else call.args[:1]
            tasks = tuple([task for each in given for task in body.gathered(each, site, call, taken)])
            if tasks:
                yield Group(name, way, expr_of(call.func), span(call.func), tasks, *sequence_of(call, site.node, span))
    spawned: dict[tuple[str, Expr, int], list[Task]] = {}
    for site, call in calls:
        made = body.spawned(call, site) if call not in taken else None
        if made is not None:
            spawner = call.func.func if isinstance(call.func, ast.Call) else call.func
            block = body.group_block(spawner, site)
            key = (last_name(spawner), expr_of(spawner), block.node.lineno if block else 0)
            spawned.setdefault(key, []).append(made)
    for (way, receiver, _), tasks_of in spawned.items():
        meanwhile = [task for site, call in calls for task in body.own(call, site, tasks_of)]
        yield Group(name, way, receiver, tasks_of[-1].span, (*tasks_of, *meanwhile))


class _Body(NamedTuple):
    """One function: its statements, those that bind each name, the line after it."""

    sites: Sequence[Site]
    named: dict[str, list[Site]]
    span: Callable[[ast.AST], Span]
    last: int

    # What runs at once in a call such as `gather`.

    def gathered(self, node: ast.expr, site: Site, call: ast.Call, taken: set[ast.AST]) -> Iterator[Task]:
        for task, made in self.awaitables(node, site, last_name(call.func) == "gather", False, frozenset(), 0):
            taken.update(ast.walk(made))
            yield task._replace(start=call.lineno, end=call.lineno)

    def awaitables(
        self, node: ast.expr, site: Site, single: bool, many: bool, fresh: frozenset[str], depth: int
    ) -> Iterator[tuple[Task, ast.expr]]:
        """The tasks of an expression: of a `single` awaitable, or of a collection of them."""

        def inside(node: ast.expr, single: bool, at: Site = site) -> Iterator[tuple[Task, ast.expr]]:
            return self.awaitables(node, at, single, many, fresh, depth + 1)

        if depth > DEEPEST:
            return
        match node:
            case ast.Starred(value=value):
                yield from inside(value, False)
            case ast.IfExp(body=body, orelse=orelse):
                for arm, value in enumerate((body, orelse)):
                    branch = (node.lineno, node.col_offset, arm)
                    yield from inside(value, single, site._replace(branches=(*site.branches, branch)))
            case ast.Name(id=name):
                for value, where, alone, again, new in self.values(name, site):
                    yield from self.awaitables(value, where, single or alone, many or again, fresh | new, depth + 1)
            case ast.Call(func=func, args=[first, *_]) if single and last_name(func) in WRAPPING:
                for task, made in inside(first, True):
                    yield task, node if made is first else made
            case ast.Call() if single:
                yield self.task(node, site, many, fresh), node
            case ast.Call(func=ast.Name(id=copy), args=[first]) if copy in COPIES:
                yield from inside(first, False)
            case ast.Call(func=ast.Attribute(value=value, attr="values"), args=[]):
                yield from inside(value, False)
            case ast.Call(func=ast.Name(id="map"), args=[ast.Name() | ast.Attribute() as called, _]):
                yield Task(expr_of(called), (), self.span(node), True, fresh, site.branches, 0, 0), node
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items) | ast.Dict(values=items):
                for item in items if not single else ():
                    yield from inside(item, True)
            case ast.BinOp(left=left, op=ast.Add(), right=right) if not single:
                yield from inside(left, False)
                yield from inside(right, False)
            case ast.ListComp(elt=made) | ast.SetComp(elt=made) | ast.GeneratorExp(elt=made) | ast.DictComp(value=made):
                bound = {name for loop in node.generators for name in names_in(loop.target)}
                yield from self.awaitables(made, site, True, True, fresh | bound, depth + 1)

    def task(self, call: ast.Call, site: Site, many: bool, fresh: frozenset[str]) -> Task:
        called = call.func
        if isinstance(called, ast.Call) and last_name(called.func) == "soonify" and called.args:
            called = called.args[0]
        start, end = call.lineno, call.end_lineno or call.lineno
        arguments = tuple(arguments_of(call))
        return Task(expr_of(called), arguments, self.span(call), many, fresh, site.branches, start, end)

    def values(self, name: str, site: Site) -> Iterator[tuple[ast.expr, Site, bool, bool, frozenset[str]]]:
        """What a name holds at a place: (value, where it is given, whether it is one element of it, whether
        it is given again and again, what is fresh then)."""
        bound = [one for one in self.named.get(name, ()) if one.node.lineno < site.node.lineno]
        if not bound or (len(bound) > 1 and bound[-1].branches != site.branches[: len(bound[-1].branches)]):
            return  # which of several it is depends on the way there
        last = bound[-1]
        if isinstance(last.node, (ast.Assign, ast.AnnAssign)) and last.node.value is not None:
            yield last.node.value, last, False, False, frozenset()
        for one in self.sites:
            if last.node.lineno < one.node.lineno < site.node.lineno:
                again = [loop for loop in one.loops if loop not in last.loops]
                fresh = frozenset([bound for loop in again for bound in bound_in(loop)])
                for value, several in added_to(name, one.node):
                    yield value, one, not several, bool(again), fresh

    # Tasks that go on beside the function itself.

    def spawned(self, call: ast.Call, site: Site) -> Task | None:
        """The task that a call starts, up to the line where it is awaited or its group ends."""
        made = started(call)
        if made is None:
            return None
        end, left = self.awaited_at(call, site)
        block = self.group_block(call.func, site)
        around = set(site.loops)
        if block is not None:
            end, left = min(end, (block.node.end_lineno or end) + 1), False
            around -= set(block.loops)
        again = [loop for loop in around if (loop.end_lineno or 0) < end]
        fresh = {name for loop in again for name in bound_in(loop)}
        within = comprehension_around(call, site.node)
        if within is not None:
            fresh |= {name for loop in within.generators for name in names_in(loop.target)}
        task = self.task(made, site, bool(again) or within is not None, frozenset(fresh))
        return task._replace(span=self.span(call), start=call.lineno, end=end, left=left)

    def awaited_at(self, call: ast.Call, site: Site) -> tuple[int, bool]:
        """The line where a started task is awaited, else that after the function; whether it is left to itself."""
        match site.node:
            case ast.Expr(value=value) if value is call:
                return self.last, True
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is call:
                after = [one.node for one in self.sites if one.node.lineno > site.node.lineno]
                waiting = next((node.lineno for node in after if awaits(name, node)), self.last)
                return waiting, all(keeps_only(name, node) for node in after)
            case _ if any(isinstance(node, ast.Await) and node.value is call for node in own_nodes(site.node)):
                return call.lineno, False
        return self.last, False

    def group_block(self, spawner: ast.expr, site: Site) -> Site | None:
        """The `async with` that a task group belongs to."""
        match spawner.func if isinstance(spawner, ast.Call) else spawner:
            case ast.Attribute(value=ast.Name(id=name)):
                blocks = [one for one in self.named.get(name, ()) if one.node in site.blocks]
                return blocks[-1] if blocks else None
        return None

    def own(self, call: ast.Call, site: Site, tasks: Sequence[Task]) -> Iterator[Task]:
        """What the function itself awaits while some of its tasks run."""
        waits = any(isinstance(node, ast.Await) and node.value is call for node in own_nodes(site.node))
        if waits and any(task.start < call.lineno < task.end for task in tasks):
            yield self.task(call, site, False, frozenset())._replace(own=True)
