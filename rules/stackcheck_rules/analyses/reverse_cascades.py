"""New objects that a function ties to an object of its session, never passes on, and then commits.

`post = Post(); post.author = user; session.commit()`: nothing but the backref of `author` could take the post
into the session. What might do so otherwise makes it no fact: a use of the new object, a call before the
commit, the other object in anything but a test or a read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, children_of, definitions, dotted, expr_of, nodes_of, span_reader
from stackcheck_rules.analyses._words import words

MENTIONED = re.compile(r"\.(?:commit|flush)\s*\(")
ENDS = words("commit flush")
# Calls of a session that take no object in but the one that they are given.
PLAIN = ENDS | words("add begin execute get query refresh scalar scalars")
RELEASING = words("close close_all expunge expunge_all invalidate reset rollback")
REPEATED = (ast.For, ast.AsyncFor, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
TESTS = (ast.Compare, ast.UnaryOp, ast.If, ast.Assert)
Place = tuple[int, int]
Function = ast.FunctionDef | ast.AsyncFunctionDef


class ReverseCascade(NamedTuple):
    """`cls(…)`, whose `attribute` is set to `other` at `at`, before `session` is asked for its `end`.

    `other` is what the session gave, or was added to it before (`added`); `reads` are the attributes that are
    read of it. `values` are what else the new object was given.
    """

    scope: str
    cls: Expr
    attribute: str
    other: Expr
    added: bool
    session: Expr
    end: str
    at: Span
    values: tuple[Expr, ...]
    reads: tuple[str, ...]


class Body(NamedTuple):
    """The nodes of a function and the parent of each."""

    function: Function
    nodes: Sequence[ast.AST]
    parents: Mapping[ast.AST, ast.AST]

    def named(self, name: str) -> list[ast.Name]:
        return [node for node in self.nodes if isinstance(node, ast.Name) and node.id == name]

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in self.nodes if isinstance(node, ast.Call))

    def runs_once(self, node: ast.AST) -> bool:
        return not any(isinstance(around, REPEATED) for around, _ in self.blocks(node))

    def blocks(self, node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
        """The statements around a node within the function, each with the field that the node stands in."""
        while (around := self.parents[node]) is not self.function:
            if not isinstance(around, ast.expr):
                field = next(name for name in around._fields if is_in(node, getattr(around, name)))
                yield around, field
            node = around


class Link(NamedTuple):
    """`new.attribute = value`, as a statement or as an argument of the call that makes it."""

    attribute: str
    value: ast.expr
    place: ast.expr


class Other(NamedTuple):
    """What a function does with the object that the new one is tied to."""

    found: ast.expr | None
    added: bool
    reads: tuple[str, ...]


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ReverseCascade]:
    if not MENTIONED.search(text):
        return
    span = span_reader(text)
    for qualname, node in zip(outline.numbered()[1:], definitions(tree), strict=True):
        if isinstance(node, Function):
            nodes = list(nodes_of(node))
            if any(method_of(part) in ENDS for part in nodes):
                parents = {child: part for part in nodes for child in children_of(part)}
                yield from facts_in(Body(node, nodes, parents), qualname, span)


def facts_in(body: Body, scope: str, span: Callable[[ast.AST], Span]) -> Iterator[ReverseCascade]:
    for made in body.nodes:
        match made:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call) if body.runs_once(made):
                links = links_of(name, call, body) or ()
            case _:
                continue
        for link in links:
            end = end_after(link, body)
            other = other_of(link, end, body) if end is not None else None
            if end is not None and other is not None:
                assert isinstance(end.func, ast.Attribute)
                yield ReverseCascade(
                    scope,
                    expr_of(call.func),
                    link.attribute,
                    expr_of(other.found or link.value),
                    other.added,
                    expr_of(end.func.value),
                    end.func.attr,
                    span(link.place),
                    tuple(expr_of(one.value) for one in links if one is not link),
                    other.reads,
                )


def links_of(name: str, call: ast.Call, body: Body) -> list[Link] | None:
    """What a new object is given; None if it is used for anything else."""
    if call.args or any(word.arg is None for word in call.keywords):
        return None
    links = [Link(str(word.arg), word.value, word.value) for word in call.keywords]
    for node in body.named(name):
        match body.parents[node]:
            case ast.Attribute(attr=attribute, ctx=ast.Store()) as target:
                statement = body.parents[target]
                if not isinstance(statement, ast.Assign) or len(statement.targets) > 1:
                    return None
                links.append(Link(attribute, statement.value, target))
            case ast.Assign(value=value) if value is call:
                continue
            case _:
                return None
    return links


def end_after(link: Link, body: Body) -> ast.Call | None:
    """The commit after a link, if nothing but its session is called in between."""
    after = sorted((call for call in body.calls() if start(call) > start(link.place)), key=start)
    end = next((call for call in after if method_of(call) in ENDS and body.runs_once(call)), None)
    if end is None or not owner_of(end) or not body.runs_once(link.place):
        return None
    between = after[: after.index(end)]
    plain = all(owner_of(call) == owner_of(end) and method_of(call) in PLAIN for call in between)
    released = any(method_of(call) in RELEASING for call in body.calls() if start(call) < start(link.place))
    return end if plain and not released and set(branches(end, body)) <= set(branches(link.place, body)) else None


def branches(node: ast.AST, body: Body) -> Iterator[tuple[ast.AST, str]]:
    """The parts of statements around a node that do not always run: not the body of a `try` or a `with`."""
    for around, field in body.blocks(node):
        if isinstance(around, ast.If | ast.ExceptHandler | ast.match_case) or field in {"orelse", "handlers"}:
            yield around, field


def other_of(link: Link, end: ast.Call, body: Body) -> Other | None:
    """How the object on the other side is used, if in no way that could take the new one in."""
    if not isinstance(link.value, ast.Name):
        return None
    found: list[ast.expr] = []
    reads: set[str] = set()
    added = False
    for node in body.named(link.value.id):
        parent = body.parents[node]
        early, late = start(node) < start(link.place), start(node) > start(end)
        match parent:
            case ast.Assign(targets=[target], value=value) if target is node and early and body.runs_once(node):
                found.append(value)
            case ast.Attribute(attr=attribute, ctx=ast.Load()) if not is_called(parent, body):
                reads.add(attribute)
            case ast.Attribute(ctx=ast.Store()):
                continue
            case ast.Call() if early and owner_of(parent) == owner_of(end) and method_of(parent) == "add":
                added = True
            case ast.Call() | ast.Return() if late:
                continue
            case _ if node is not link.value and not isinstance(parent, TESTS):
                return None
    return Other(found[0] if found else None, added, tuple(sorted(reads))) if len(found) < 2 else None


def is_in(node: ast.AST, field: object) -> bool:
    return field is node or (isinstance(field, list) and any(part is node for part in field))


def is_called(node: ast.AST, body: Body) -> bool:
    around = body.parents[node]
    return isinstance(around, ast.Call) and around.func is node


def method_of(node: ast.AST) -> str:
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


def owner_of(call: ast.Call) -> str:
    """`session` of `session.commit()`."""
    return dotted(expr_of(call.func.value)) if isinstance(call.func, ast.Attribute) else ""


def start(node: ast.expr) -> Place:
    return node.lineno, node.col_offset


reverse_cascades = Analysis("reverse-cascades", collect, gate=ENDS)
