"""What becomes of something that a function makes: whether it is kept for later, or lives for one call only."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from stackcheck import Context, Span, definitions, expr_of, nodes_of, parse_tree, span_reader
from stackcheck_rules.analyses.outer_names import own_nodes

# What is given to these goes nowhere else.
MAKERS = {"AsyncSession", "Session", "async_sessionmaker", "create_all", "drop_all", "read_sql", "sessionmaker"}


def is_kept(made: Span, function: str, ctx: Context) -> bool:
    """Whether what a call of a function makes may outlive that function, other than by being returned."""
    body = definitions(parse_tree(ctx.text))[ctx.outline.numbered().index(function) - 1]
    if isinstance(body, ast.ClassDef):
        return True
    span = span_reader(ctx.text)
    nodes = list(own_nodes(body))
    outer = {name for node in nodes if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
    names: set[str] = set()

    def is_it(node: ast.AST) -> bool:
        return (isinstance(node, ast.Name) and node.id in names) or (isinstance(node, ast.Call) and span(node) == made)

    for node in nodes:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if not any(map(is_it, nodes_of(node.value))):
                continue
            if any(not isinstance(target, ast.Name) or target.id in outer for target in targets):
                return True
            if stands_for(node.value, is_it):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return any(is_it(given) for node in nodes if isinstance(node, ast.Call) for given in handed_on(node))


def stands_for(value: ast.expr, is_it: Callable[[ast.AST], bool]) -> bool:
    """Whether an assigned value is that thing, may be it, or holds it."""
    match value:
        case ast.Call() if not is_it(value):
            return name_of(value) in MAKERS
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            return any(map(is_it, parts))
        case ast.IfExp(body=first, orelse=second):
            return is_it(first) or is_it(second)
    return is_it(value)


def handed_on(call: ast.Call) -> Iterator[ast.expr]:
    """What a call gets that may keep it."""
    if name_of(call) not in MAKERS:
        yield from call.args
        yield from (word.value for word in call.keywords)


def name_of(call: ast.Call) -> str:
    function = expr_of(call.func)
    return str(function[-1]) if function[0] in {"name", "attr"} else ""
