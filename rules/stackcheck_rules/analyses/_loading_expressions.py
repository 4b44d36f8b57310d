"""What expressions are while a function runs, and the attributes of mapped objects that they read."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stackcheck import Expr, expr_of, root_name
from stackcheck_rules.analyses import _loading_calls as calls
from stackcheck_rules.analyses._loading_attributes import awaited, read
from stackcheck_rules.analyses._loading_escapes import of_kind, spread
from stackcheck_rules.analyses._loading_reads import (
    item_of,
    one_of,
)
from stackcheck_rules.analyses._loading_states import Env
from stackcheck_rules.analyses._loading_targets import assign
from stackcheck_rules.analyses._loading_values import (
    NOTHING,
    UNSEEN,
    Attributes,
    ClassOf,
    Constant,
    Instance,
    Many,
    One,
    Reference,
    Result,
    SessionOf,
    Several,
    Value,
    any_of,
    ids_in,
)
from stackcheck_rules.analyses._loading_ways import narrow, narrowed, settle

if TYPE_CHECKING:
    from stackcheck_rules.analyses._loading_walk import Walk


def value(node: ast.expr, env: Env, walk: Walk) -> Value:
    """What an expression is; what it reads on its way is reported to the walk."""
    match node:
        case ast.Name(id=name):
            return env.names[name] if name in env.names else outer(node, walk)
        case ast.Constant(value=constant):
            return Constant(constant)
        case ast.Await(value=ast.Call() as call):
            return calls.call(call, env, walk, awaited=True)
        case ast.Await(value=ast.Attribute(value=owner, attr=name)):
            held = value(owner, env, walk)
            return awaited(held, name, env, walk) if isinstance(held, Attributes) else UNSEEN
        case ast.Await(value=inner):
            env.unsure(ids_in(value(inner, env, walk)))
            return UNSEEN
        case ast.Call():
            return calls.call(node, env, walk, awaited=False)
        case ast.Attribute(value=owner, attr=name):
            return attribute(node, value(owner, env, walk), name, env, walk)
        case ast.Subscript(value=owner, slice=at):
            return part(value(owner, env, walk), value(at, env, walk), env, walk.key(node))
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return display(items, env, walk)
        case ast.BoolOp(op=op, values=values):
            inside = env
            ways = []
            for before, each in zip([None, *values], values, strict=False):
                if before is not None:
                    inside = inside.copy()
                    narrowed(before, inside, isinstance(op, ast.And))
                ways.append(value(each, inside, walk))
            settle(env, inside)
            return any_of(ways)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            decided = truth(test, env, walk)
            yes, no = env.copy(), env.copy()
            narrow(test, yes, no)
            taken = [] if decided is False else [(value(body, yes, walk), yes)]
            taken += [] if decided is True else [(value(orelse, no, walk), no)]
            settle(env, *(way for _, way in taken))
            return any_of(made for made, _ in taken)
        case ast.NamedExpr(target=ast.Name(id=name), value=inner):
            env.names[name] = value(inner, env, walk)
            return env.names[name]
        case ast.ListComp(elt=made) | ast.SetComp(elt=made) | ast.GeneratorExp(elt=made):
            return Many(comprehension(node.generators, [made], env, walk))
        case ast.DictComp(key=key, value=made):
            comprehension(node.generators, [key, made], env, walk)
            return UNSEEN
        case ast.Starred(value=inner):
            return value(inner, env, walk)
        case ast.Lambda():
            env.unsure([one for each in ast.walk(node) if isinstance(each, ast.Name)
                        for one in ids_in(env.names.get(each.id, UNSEEN))])  # fmt: skip
            return UNSEEN
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            value(child, env, walk)
        elif isinstance(child, ast.FormattedValue):
            value(child.value, env, walk)
    return UNSEEN


def outer(node: ast.expr, walk: Walk) -> Value:
    """A name, or a chain of them, that this walk did not see bound."""
    return known(expr_of(node), walk)


def known(expr: Expr, walk: Walk) -> Value:
    kind = walk.world.evaluator.value(walk.file, walk.scope.qualname, expr)
    return of_kind(kind, expr, walk)


def display(items: Sequence[ast.expr], env: Env, walk: Walk) -> Value:
    if not items:
        return Many(NOTHING)
    held = [value(item, env, walk) for item in items]
    if any(isinstance(item, ast.Starred) for item in items):
        parts = [
            spread(each) if isinstance(item, ast.Starred) else (each,) for item, each in zip(items, held, strict=True)
        ]
        if any(each is None for each in parts):
            return UNSEEN
        return Several(tuple(one for each in parts if each is not None for one in each))
    return Several(tuple(held))


def comprehension(loops: Sequence[ast.comprehension], made: Sequence[ast.expr], env: Env, walk: Walk) -> Value:
    inside = env.copy()
    for each in loops:
        assign(each.target, one_of(value(each.iter, inside, walk), inside, walk.key(each.target)), inside, walk)
        for test in each.ifs:
            value(test, inside, walk)
            narrowed(test, inside, True)
    given = [value(each, inside, walk) for each in made]
    env.take(inside)
    return given[-1]


def truth(test: ast.expr, env: Env, walk: Walk) -> bool | None:
    """Whether a condition holds, where a constant that was passed decides."""
    held = value(test, env, walk)
    match test, held:
        case ast.Name(), Constant(given):
            return bool(given)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)), _:
            inner = env.names.get(name)
            return not inner.value if isinstance(inner, Constant) else None
        case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[ast.Constant(value=None)]), _:
            inner = env.names.get(name)
            if isinstance(inner, Constant) and isinstance(op, (ast.Is, ast.IsNot)):
                return (inner.value is None) == isinstance(op, ast.Is)
            if isinstance(inner, (Many, Several, SessionOf)):
                return isinstance(op, ast.IsNot)
    return None


def attribute(node: ast.Attribute, owner: Value, name: str, env: Env, walk: Walk) -> Value:
    match owner:
        case One(ids) if name == "awaitable_attrs":
            return Attributes(ids)
        case One(ids):
            return read(ids, name, node, env, walk, "read")
        case ClassOf(key):
            mapped = walk.world.mapped(key)
            if mapped is not None:
                return Reference(key, name) if name in mapped.relationships or name in mapped.columns else UNSEEN
            return of_kind(walk.world.held(key, name), ("attr", ("name", key[1]), name), walk)
        case Instance(key, given):
            made = dict(given).get(name)
            if made is not None:
                return made
            return of_kind(walk.world.held(key, name), ("attr", ("name", key[1]), name), walk)
        case Many() | Several() | Constant() | SessionOf() | Result():
            return UNSEEN
    # What the function itself has bound is known here, or not at all.
    return UNSEEN if root_name(expr_of(node)) in env.names else outer(node, walk)


def part(owner: Value, at: Value, env: Env, key: str) -> Value:
    match owner, at:
        case Several(items), Constant(int(position)) if -len(items) <= position < len(items):
            return items[position]
        case Many(), Constant(int()):
            return item_of(owner, env, key)
        case Many(), _:
            return owner  # a slice, or who knows which item
    return UNSEEN
