"""What generator functions do once their `yield` is over: handlers around it, `finally`, what is closed after it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline, Span, definitions, expr_of, nodes_of, span_reader
from stackcheck_rules.analyses.dependencies import dependencies

CLOSING = {"aclose", "close", "remove"}
MOST = 3  # a generator of more values is no dependency
WITHS = (ast.With, ast.AsyncWith)
TRIES = (ast.Try, ast.TryStar)


class Handler(NamedTuple):
    """`except types:` around a `yield`; `span` is that of `except …`.

    `raises` is whether it ends in `raise` on every path, `leaves` whether it can end by `return` or the like.
    `last` is its last statement, `idle` whether that does nothing; `called` is what that statement calls.
    """

    types: tuple[Expr, ...]
    raises: bool
    leaves: bool
    idle: bool
    last: Span
    span: Span
    called: Expr
    closes: frozenset[str]


class Exit(NamedTuple):
    """A `yield` of a value.

    `handlers` are those of the `try` around it, `guarded` is whether one has a `finally`, `managed` what the
    `with` blocks around it enter. `block` are the spans of its own statement and of those behind it, as far as the
    one that closes the name it yields, if any is `closed`; `at_end` is whether these end the function's body.
    `escapes` is whether anything else gets that name. `commits` is the commit that follows, in what way ever.
    """

    function: str
    value: Expr
    span: Span
    handlers: tuple[Handler, ...]
    guarded: bool
    managed: tuple[Expr, ...]
    block: tuple[Span, ...]
    closed: bool
    at_end: bool
    escapes: bool
    commits: Span | None


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Exit]:
    span = span_reader(text)
    nodes = definitions(tree)
    for scope in outline.functions():
        if 0 < len(scope.yields) <= MOST:
            node = nodes[scope.number - 1]
            assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            for statement, around in yields_of(node.body, ()):
                yield exit_of(scope.qualname, node, statement, around, span)


def yields_of(
    body: Sequence[ast.stmt], around: tuple[tuple[ast.stmt, Sequence[ast.stmt]], ...]
) -> Iterator[tuple[ast.stmt, tuple[tuple[ast.stmt, Sequence[ast.stmt]], ...]]]:
    """Statements that are a `yield`, with the statements around each and the block of those that it is in."""
    for node in body:
        match node:
            case ast.Expr(value=ast.Yield()) | ast.Assign(value=ast.Yield()):
                yield node, (*around, (node, body))
            case ast.With() | ast.AsyncWith() | ast.If() | ast.For() | ast.AsyncFor() | ast.While():
                for block in (node.body, getattr(node, "orelse", [])):
                    yield from yields_of(block, (*around, (node, body)))
            case ast.Try() | ast.TryStar():
                yield from yields_of(node.body, (*around, (node, body)))


def exit_of(
    name: str,
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    statement: ast.stmt,
    around: tuple[tuple[ast.stmt, Sequence[ast.stmt]], ...],
    span: Callable[[ast.AST], Span],
) -> Exit:
    assert isinstance(statement, (ast.Expr, ast.Assign))
    value = statement.value.value if isinstance(statement.value, ast.Yield) else None
    outer = [node for node, _ in around[:-1]]
    tries = [node for node in outer if isinstance(node, TRIES)]
    handlers = tuple([read_handler(handler, span) for node in tries for handler in node.handlers])
    managed = tuple([expr_of(item.context_expr) for node in outer if isinstance(node, WITHS) for item in node.items])
    block = around[-1][1]
    following = list(block[block.index(statement) + 1 :])
    yielded = value.id if isinstance(value, ast.Name) else ""
    closing = next((at for at, node in enumerate(following) if yielded and yielded in closed_in(node)), None)
    kept = following if closing is None else following[: closing + 1]
    return Exit(
        name,
        expr_of(value),
        span(statement),
        handlers,
        any(node.finalbody for node in tries),
        managed,
        tuple([span(node) for node in (statement, *kept)]),
        closing is not None,
        kept == following and around[0][1] is function.body and len(around) == 1,
        bool(yielded) and escapes(yielded, function, value),
        commit_after(around, span),
    )


def read_handler(handler: ast.ExceptHandler, span: Callable[[ast.AST], Span]) -> Handler:
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type] if handler.type else []
    whole, last = span(handler), handler.body[-1]
    inside = [node for statement in handler.body for node in nodes_of(statement)]
    called = last.value if isinstance(last, ast.Expr) else None
    called = called.value if isinstance(called, ast.Await) else called
    return Handler(
        tuple([expr_of(one) for one in types]),
        always_raises(handler.body),
        any(isinstance(node, (ast.Return, ast.Break, ast.Continue)) for node in inside),
        isinstance(last, ast.Pass) or isinstance(called, ast.Constant),
        span(last),
        Span(whole.line, whole.column, whole.line, whole.column + len("except")),
        expr_of(called.func) if isinstance(called, ast.Call) else ("other",),
        frozenset([name for statement in handler.body for name in closed_in(statement)]),
    )


def always_raises(body: Sequence[ast.stmt]) -> bool:
    """Whether a block never ends but by an exception."""
    for node in body:
        match node:
            case ast.Return() | ast.Break() | ast.Continue():
                return False
            case ast.Raise():
                return True
            case ast.If(body=yes, orelse=no) if no and always_raises(yes) and always_raises(no):
                return True
            case ast.With(body=inner) | ast.AsyncWith(body=inner) if always_raises(inner):
                return True
            case ast.Try(body=tried, handlers=handlers, finalbody=final):
                if always_raises(final) or (always_raises(tried) and all(always_raises(one.body) for one in handlers)):
                    return True
            case ast.Match(cases=cases) if any(is_default(case) for case in cases):
                if all(always_raises(case.body) for case in cases):
                    return True
    return False


def is_default(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def closed_in(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement closes: `await db.close()`."""
    for node in nodes_of(statement):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in CLOSING:
                yield name


def escapes(name: str, function: ast.AST, yielded: ast.expr | None) -> bool:
    """Whether anything but the `yield` gets what a name holds, which may close it then."""
    receivers = {node.value for node in nodes_of(function) if isinstance(node, ast.Attribute)}
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for node in nodes_of(function)
        if node is not yielded and node not in receivers
    )


def commit_after(
    around: tuple[tuple[ast.stmt, Sequence[ast.stmt]], ...], span: Callable[[ast.AST], Span]
) -> Span | None:
    """The commit that follows a `yield`, or the `with` block around it that ends in one."""
    for node, block in reversed(around):
        behind = list(block[block.index(node) + 1 :])
        behind += [*getattr(node, "orelse", []), *getattr(node, "finalbody", [])] if isinstance(node, TRIES) else []
        for later in behind:
            for part in nodes_of(later):
                match part:
                    case ast.Call(func=ast.Attribute(attr="commit")):
                        return span(part)
        for item in node.items if isinstance(node, WITHS) else ():
            match item.context_expr:
                case ast.Call(func=ast.Attribute(attr="begin")) as begun:
                    return span(begun)
    return None


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Exit, ...]]) -> Mapping[tuple[str, str], str]:
    """(file, qualname) of a context manager around the `yield` of a dependency -> the name of that."""
    depended = evaluator.merged(dependencies.name)
    found: dict[tuple[str, str], str] = {}
    for file, exits in facts.items():
        for one in exits:
            if (file, one.function) in depended:
                for manager in one.managed:
                    kind = evaluator.value(file, one.function, manager[1]) if manager[0] == "call" else None
                    if kind is not None and kind.word == "function" and kind.certain:
                        found[kind.file, kind.symbol] = one.function
    return found


generator_exits = Analysis("generator-exits", collect, merge, gate=frozenset({"yield"}))
