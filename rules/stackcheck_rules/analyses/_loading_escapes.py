"""What is lost sight of: objects and sessions in the hands of what cannot be followed."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stackcheck import Expr, Kind, dotted
from stackcheck_rules.analyses._loading_states import Env
from stackcheck_rules.analyses._loading_values import (
    MAYBE,
    NOTHING,
    UNSEEN,
    ClassOf,
    Instance,
    Many,
    SessionOf,
    Several,
    Value,
    ids_in,
    sessions_in,
)
from stackcheck_rules.analyses._words import words

if TYPE_CHECKING:
    from stackcheck_rules.analyses._loading_walk import Walk

OWN = words("get get_one execute exec scalar scalars refresh commit flush rollback add close")


def escaped(given: Sequence[Value], env: Env) -> Value:
    """What a call may do that cannot be followed: anything to the objects and the sessions it is given."""
    for each in given:
        env.unsure(list(ids_in(each)))
        for key in sessions_in(each):
            env.unsure([one for one, state in env.store.items() if state.session == key])
            env.begun[key] = MAYBE
    return UNSEEN


def spread(held: Value) -> tuple[Value, ...] | None:
    match held:
        case Several(items):
            return items
        case Many(item) if item == NOTHING:
            return ()
    return None


def mentioned(node: ast.AST, env: Env) -> frozenset[str]:
    """The objects that an expression names."""
    names = (part.id for part in ast.walk(node) if isinstance(part, ast.Name))
    return frozenset(one for name in names if name in env.names for one in ids_in(env.names[name]))


def of_kind(kind: Kind, expr: Expr, walk: Walk) -> Value:
    """What an expression is that only the evaluator knows."""
    if not kind.certain:
        return UNSEEN
    if kind.word == "async-session":
        scope = walk.world.evaluator.project.outline(kind.file).scopes.get(kind.symbol) if kind.file else None
        overridden = scope is not None and not OWN.isdisjoint(scope.bindings)
        return UNSEEN if overridden else SessionOf(dotted(expr) or "session")
    if kind.word == "class" and kind.file:
        return ClassOf((kind.file, kind.symbol))
    if kind.word == "instance" and kind.file:
        return Instance((kind.file, kind.symbol))
    return UNSEEN


def arguments(node: ast.Call, env: Env, walk: Walk) -> tuple[list[Value], dict[str, Value]]:
    """Positional arguments and keywords; what is unpacked from nobody knows what stands under `*` and `**`."""
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    for each in node.args:
        held = walk.value(each, env)
        if isinstance(each, ast.Starred):
            inner = spread(held)
            positional += inner if inner is not None else [UNSEEN]
            if inner is None:
                keywords["*"] = held
        else:
            positional.append(held)
    for word in node.keywords:
        keywords[word.arg or "**"] = walk.value(word.value, env)
    return positional, keywords


def told(made: Value, env: Env) -> None:
    """The other side of a relationship hears of it: a new object has then got what it was not given."""
    for one in ids_in(made):
        state = env.store.get(one)
        if state is not None and state.life != "loaded":
            env.unsure([one])
