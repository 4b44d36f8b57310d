"""What names are at one place of a function: environments, how tests narrow them and ways join them."""

from __future__ import annotations

import ast
from collections.abc import Sequence, Set

from stackcheck.index.expr import OTHER, Expr, expr_of, size_of, substituted

Environment = dict[Expr, Expr]  # a name, or a chain of attributes that was narrowed -> what it is
MOST = 6  # alternatives of one name
LARGEST = 120  # parts of one expression


def narrowed(test: ast.expr, env: Environment) -> tuple[Environment, Environment]:
    """The environments in which a test holds and does not."""
    match test:
        case ast.Call(func=ast.Name(id="isinstance"), args=[subject, cls]) if is_chain(subject):
            key, among = expr_of(subject), substituted(expr_of(cls), env)
            return {**env, key: ("instance", among)}, {**env, key: ("but", substituted(key, env), among)}
        case ast.Call(func=ast.Name(id="issubclass"), args=[subject, cls]) if is_chain(subject):
            return {**env, expr_of(subject): substituted(expr_of(cls), env)}, dict(env)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yes, no = narrowed(operand, env)
            return no, yes
        case ast.BoolOp(op=ast.And(), values=values):
            holds = env
            for value in values:
                holds = narrowed(value, holds)[0]
            return dict(holds), dict(env)
        case ast.BoolOp(op=ast.Or(), values=values):
            fails = env
            for value in values:
                fails = narrowed(value, fails)[1]
            return dict(env), dict(fails)
    return dict(env), dict(env)


def is_chain(node: ast.expr) -> bool:
    """Whether an expression is a name or attributes of one, which narrowing can remember."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def bind(key: Expr, made: Expr, env: Environment, shared: Set[str]) -> Expr:
    """Give a name a value, and return what it is from now on; `shared` names are whatever the outline says."""
    forget(key, env)
    env[key] = key if key[1] in shared else made if size_of(made) <= LARGEST else OTHER
    return env[key]


def forget(key: Expr, env: Environment) -> None:
    """Drop what is known of a name or an attribute, and of everything below it."""
    for known in [known for known in env if known == key or (known[0] == "attr" and _starts_with(known, key))]:
        del env[known]


def _starts_with(expr: Expr, key: Expr) -> bool:
    while expr[0] == "attr":
        expr = expr[1]
        if expr == key:
            return True
    return False


def joined(ends: Sequence[Environment | None]) -> Environment | None:
    """What names are where several ways meet; ways that leave do not count."""
    open_ends = [end for end in ends if end is not None]
    if not open_ends:
        return None
    names = {key for end in open_ends for key in end if key[0] == "name"}
    # Where a name is not bound on one of the ways, reading it there would fail.
    names_joined = {key: _either([end[key] for end in open_ends if key in end]) for key in names}
    # A narrowed attribute holds where every way narrows it alike.
    same = set.intersection(*(set(end.items()) for end in open_ends))
    return {**names_joined, **{key: value for key, value in same if key[0] != "name"}}


def after_failing(env: Environment, bound: Sequence[tuple[Expr, Expr]]) -> Environment:
    """What names are where any of some bindings may have been the last; what was narrowed is not known."""
    known: dict[Expr, list[Expr]] = {key: [value] for key, value in env.items() if key[0] == "name"}
    for key, made in bound:
        known.setdefault(key, []).append(made)
    return {key: _either(values) for key, values in known.items()}


def _either(values: Sequence[Expr]) -> Expr:
    parts = dict.fromkeys(part for value in values for part in (value[1] if value[0] == "either" else (value,)))
    if len(parts) == 1:
        return next(iter(parts))
    return ("either", tuple(parts)) if len(parts) <= MOST else OTHER
