"""What a condition says of the names in it, and which way an expression has gone."""

from __future__ import annotations

import ast

from stackcheck_rules.analyses._loading_states import Env, joined
from stackcheck_rules.analyses._loading_values import NONE, One


def narrowed(test: ast.expr, env: Env, holds: bool) -> None:
    narrow(test, env if holds else env.copy(), env.copy() if holds else env)


def settle(env: Env, *ways: Env) -> None:
    """Go on after one of several ways that an expression may have gone."""
    done = joined([env, *ways]) if len(ways) < 2 else joined(ways)
    if done is not None:
        env.names, env.store, env.begun = done.names, done.store, done.begun


def narrow(test: ast.expr, yes: Env, no: Env) -> None:
    """`if user is None`: there is no object on that way."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            narrow(inner, no, yes)
        case ast.Name(id=name) if isinstance(no.names.get(name), One):
            no.names[name] = NONE
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            if isinstance(yes.names.get(name), One):
                yes.names[name] = NONE
        case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            if isinstance(no.names.get(name), One):
                no.names[name] = NONE
