"""What expressions are while a function runs, and the attributes of mapped objects that they read."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stackcheck import Expr, expr_of, root_name
from stackcheck_rules.analyses import _loading_calls as calls
from stackcheck_rules.analyses._loading_reads import (
    FINE,
    Fault,
    after_reading,
    faults_of,
    item_of,
    reached,
    trouble,
)
from stackcheck_rules.analyses._loading_schemas import Schema, schema_of
from stackcheck_rules.analyses._loading_values import (
    NOTHING,
    UNSEEN,
    Attributes,
    ClassOf,
    Constant,
    Env,
    Instance,
    Many,
    One,
    Reference,
    Result,
    SessionOf,
    Several,
    Value,
    either,
    ids_in,
)
from stackcheck_rules.analyses._loading_world import PROPERTIES

if TYPE_CHECKING:
    from stackcheck_rules.analyses._loading_walk import Walk


def value(node: ast.expr, env: Env, walk: Walk) -> Value:
    """What an expression is; what it reads on its way is reported to the walk."""
    match node:
        case ast.Name(id=name):
            return env.names[name] if name in env.names else outer(node, walk)
        case ast.Constant(value=held):
            return Constant(held)
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
        case ast.BoolOp(values=values):
            first = value(values[0], env, walk)
            ways = [first]
            inside = env.copy()
            for each in values[1:]:
                calls.narrowed(values[0], inside, isinstance(node.op, ast.And))
                ways.append(value(each, inside, walk))
            calls.settle(env, inside)
            return first if isinstance(node.op, ast.Or) and isinstance(first, One) and len(ways) == 1 else joined(ways)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            held = truth(test, env, walk)
            yes, no = env.copy(), env.copy()
            ways = [value(body, yes, walk)] if held is not False else []
            ways += [value(orelse, no, walk)] if held is not True else []
            calls.settle(env, *([yes] if held is not False else []), *([no] if held is not True else []))
            return joined(ways)
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
    return calls.of_kind(kind, expr, walk)


def joined(ways: Sequence[Value]) -> Value:
    made: Value = ways[0] if ways else UNSEEN
    for way in ways[1:]:
        made = either(made, way)
    return made


def display(items: Sequence[ast.expr], env: Env, walk: Walk) -> Value:
    if not items:
        return Many(NOTHING)
    held = [value(item, env, walk) for item in items]
    if any(isinstance(item, ast.Starred) for item in items):
        spread = [
            calls.spread(each) if isinstance(item, ast.Starred) else (each,)
            for item, each in zip(items, held, strict=True)
        ]
        if any(each is None for each in spread):
            return UNSEEN
        return Several(tuple(one for each in spread if each is not None for one in each))
    return Several(tuple(held))


def comprehension(loops: Sequence[ast.comprehension], made: Sequence[ast.expr], env: Env, walk: Walk) -> Value:
    from stackcheck_rules.analyses._loading_walk import assign, one_of

    inside = env.copy()
    for each in loops:
        assign(each.target, one_of(value(each.iter, inside, walk), inside, walk.key(each.target)), inside, walk)
        for test in each.ifs:
            value(test, inside, walk)
            calls.narrowed(test, inside, True)
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
            return calls.of_kind(walk.world.held(key, name), ("attr", ("name", key[1]), name), walk)
        case Instance(key, given):
            made = dict(given).get(name)
            if made is not None:
                return made
            return calls.of_kind(walk.world.held(key, name), ("attr", ("name", key[1]), name), walk)
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


def awaited(held: Attributes, name: str, env: Env, walk: Walk) -> Value:
    """`await user.awaitable_attrs.posts`."""
    for one in held.ids:
        state = env.store.get(one)
        if state is not None:
            env.store[one] = state.marked(name, "loaded" if len(held.ids) == 1 else "unknown")
            calls.weaken_group(state.group, [name], env)
    return follow(held.ids, name, env, walk)


def read(ids: Sequence[str], name: str, node: ast.expr, env: Env, walk: Walk, how: str) -> Value:
    """`user.name`, whichever of some objects `user` is."""
    if any(one not in env.store for one in ids):
        return UNSEEN
    state = env.store[ids[0]]
    mapped = walk.world.mapped(state.cls)
    if mapped is None:
        return UNSEEN
    if name not in mapped.relationships and name not in mapped.columns:
        return property_of(ids, name, node, env, walk)
    if how == "set" and (state.life != "loaded" or trouble(ids[0], name, env, walk.world) in {"expired", "closed"}):
        return UNSEEN
    if not report(ids, name, node, env, walk, how) and how == "change":
        for one in ids:
            env.store[one] = env.store[one].marked(name, "loaded" if len(ids) == 1 else "unknown")
    return follow(ids, name, env, walk)


def report(ids: Sequence[str], name: str, node: ast.expr | ast.stmt, env: Env, walk: Walk, how: str) -> bool:
    """Whether a read fails, in which case it is reported, once."""
    for reason, state, mapped in faults_of(ids, name, env, walk.world):
        if not walk.expected:
            found = mapped.relationships.get(name)
            fault = Fault(
                reason, walk.file, walk.scope.qualname, walk.span(place_of(node)), name, mapped.key[1], how, state.site
            )
            many = bool(found is not None and found.many)
            walk.faults.append(
                fault._replace(
                    path=state.path,
                    many=many,
                    event=state.event,
                    text=written(node),
                    of=mapped.key,
                    only=len(ids) == 1,
                    item=bool(state.group),
                )
            )
        after_reading(ids, name, env)
        return True
    return False


def place_of(node: ast.expr | ast.stmt) -> ast.AST:
    """What is shown of a statement that hands an object over: the object."""
    return node.value if isinstance(node, ast.Return) and node.value is not None else node


def written(node: ast.expr | ast.stmt) -> str:
    """The object that is read, as it is written."""
    match node:
        case ast.Attribute(value=owner) | ast.Return(value=ast.expr() as owner) | ast.Call(args=[owner, *_]):
            return ast.unparse(owner)
    return ""


def follow(ids: Sequence[str], name: str, env: Env, walk: Walk) -> Value:
    """What an attribute leads to that has been read."""
    ways: list[Value] = []
    for one in ids:
        mapped = walk.world.mapped(env.store[one].cls) if one in env.store else None
        found = mapped.relationships.get(name) if mapped is not None else None
        if found is None:
            return UNSEEN
        ways.append(reached(one, found, env, walk.world))
    return joined(ways)


def property_of(ids: Sequence[str], name: str, node: ast.expr | ast.stmt, env: Env, walk: Walk) -> Value:
    """A property of the class, read as it is written with the object for `self`."""
    state = env.store[ids[0]]
    found = walk.world.method(state.cls, name) if len(ids) == 1 and state.sure else None
    if found is None or not found[1] & PROPERTIES or len(walk.called) > 4:
        return UNSEEN
    return calls.inside(found[0], {"self": One(tuple(ids))}, node, env, walk, of_class=name)


def validate(held: Value, schema: Schema, node: ast.expr | ast.stmt, env: Env, walk: Walk, depth: int = 3) -> None:
    """Every attribute that a schema reads of an object."""
    match held:
        case Many(item) | Result(item):
            inner = item_of(Many(item), env, f"{walk.key(node)}[]{depth}")
            validate(inner, schema, node, env, walk, depth)
        case Several(items):
            for item in items:
                validate(item, schema, node, env, walk, depth)
        case One(ids) if all(one in env.store for one in ids):
            for each in schema.fields:
                before = len(walk.faults)
                if report(ids, each.name, node, env, walk, schema.key[1]):
                    return  # the first that fails is the last that is read
                property_of(ids, each.name, node, env, walk)
                if len(walk.faults) > before:
                    return
                nested = schema_of(each.inner, walk.world) if each.inner is not None and depth else None
                if nested is not None and all(trouble(one, each.name, env, walk.world) == FINE for one in ids):
                    validate(follow(ids, each.name, env, walk), nested, node, env, walk, depth - 1)


def forget(target: ast.expr, env: Env) -> None:
    if isinstance(target, ast.Name):
        env.names.pop(target.id, None)
