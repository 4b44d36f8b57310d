"""Functions of the project that never return: `def refuse(error) -> NoReturn`."""

from __future__ import annotations

import ast

from stackcheck import Context, Expr
from stackcheck_rules.analyses.generator_exits import always_raises
from stackcheck_rules.sessions._functions import function_of, nodes_by_number

NEVER = {"typing.NoReturn", "typing.Never", "typing_extensions.NoReturn", "typing_extensions.Never"}


def always_ends(called: Expr, scope: str, ctx: Context) -> bool:
    """Whether what a handler calls last raises on every path, or may do so as far as is known."""
    if called == ("other",):
        return False
    function = function_of(ctx.kind(called, scope), ctx)
    if function is None:
        return False
    if function.ctx.symbol(function.scope.returns, function.scope.parent) in NEVER:
        return True
    node = nodes_by_number(function.ctx.text)[function.scope.number - 1]
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and always_raises(node.body)
