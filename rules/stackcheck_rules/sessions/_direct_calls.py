"""What a direct call leaves to the defaults of a function's parameters, and whether the function minds."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stackcheck import Kind, Param, Scope
from stackcheck_rules.analyses._node_names import last_name
from stackcheck_rules.analyses.routes import VERBS
from stackcheck_rules.sessions._functions import TRANSPARENT, Function, nodes_by_number


def keeps_parameters(called: Function) -> bool:
    """Whether a function is called as it is written: no decorator of unknown use fills its parameters."""
    for decorator in called.scope.decorators:
        match decorator:
            case ("call", ("attr", router, verb), *_) if verb in VERBS or verb == "websocket":
                if called.ctx.kind(router, called.scope.parent).word not in {"router", "app"}:
                    return False
            case _:
                if called.ctx.symbol(decorator, called.scope.parent) not in TRANSPARENT:
                    return False
    return True


def left_out(call: ast.Call, scope: Scope, kind: Kind) -> Sequence[Param]:
    """The parameters that a call does not pass; none if it unpacks something."""
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(word.arg is None for word in call.keywords):
        return ()
    given = {word.arg for word in call.keywords}
    static = any(decorator == ("name", "staticmethod") for decorator in scope.decorators)
    first = len(call.args) + (bool(kind.args) and not static)
    plain = [param for param in scope.params if param.form in {"/", ""}]
    return [
        param for param in scope.params if param.name not in given and (param.form == "kw" or param in plain[first:])
    ]


def is_used(name: str, called: Function) -> bool:
    """Whether a function's body does something with a parameter, as it is given.

    A guard's value is often only asked for; and a function that is made to be called directly may replace it.
    """
    node = nodes_by_number(called.ctx.text)[called.scope.number - 1]
    nodes = [part for statement in getattr(node, "body", []) for part in ast.walk(statement)]
    named = [part for part in nodes if isinstance(part, ast.Name) and part.id == name]
    asked = {
        part.args[0]
        for part in nodes
        if isinstance(part, ast.Call) and last_name(part.func) == "isinstance" and part.args
    }
    return bool(named) and asked.isdisjoint(named) and all(isinstance(part.ctx, ast.Load) for part in named)
