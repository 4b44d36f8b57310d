"""Constructors: of mapped classes and of others, and the schemas that are made from objects."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from stackcheck import Kind, Scope, expr_of
from stackcheck_rules.analyses._loading_escapes import escaped, told
from stackcheck_rules.analyses._loading_schemas import schema_of
from stackcheck_rules.analyses._loading_states import Env, State
from stackcheck_rules.analyses._loading_values import UNSEEN, Constant, One, Site, Value
from stackcheck_rules.analyses._orm_drafts import ClassKey

if TYPE_CHECKING:
    from stackcheck_rules.analyses._loading_walk import Walk


def constructed(
    node: ast.Call, key: ClassKey, positional: Sequence[Value], keywords: Mapping[str, Value], env: Env, walk: Walk
) -> Value:  # fmt: skip
    """`User(name="ann")`."""
    mapped = walk.world.mapped(key)
    if mapped is None:
        return UNSEEN
    made = walk.key(node)
    site = Site(walk.file, walk.scope.qualname, walk.span(node), "new", mapped.key[1], tuple(keywords))
    marks = dict.fromkeys(keywords, "loaded")
    if "**" in keywords or not mapped.plain or positional:
        given = fields_given(node, walk)
        left = mapped.relationships.keys() if given is None or not mapped.plain or positional else given
        marks |= {name: "unknown" for name in left if name not in keywords}
    env.store[made] = State(key, "new", "", site, marks=marks)
    for each in keywords.values():
        told(each, env)
    return One((made,))


def fields_given(node: ast.Call, walk: Walk) -> frozenset[str] | None:
    """What `**payload.model_dump()` may hold: the fields of the model; None where they are not known."""
    names: set[str] = set()
    for word in node.keywords:
        if word.arg is not None:
            continue
        match word.value:
            case ast.Call(func=ast.Attribute(value=payload, attr="model_dump" | "dict")):
                kind = walk.world.evaluator.value(walk.file, walk.scope.qualname, expr_of(payload))
                cls = Kind("class", kind.symbol, kind.file)
                ancestry = walk.world.evaluator.ancestry(cls)
                if kind.word != "model" or not kind.file or not ancestry.whole:
                    return None
                for one in ancestry.classes:
                    scope = walk.world.evaluator.project.outline(one.file).scopes.get(one.symbol) if one.file else None
                    names |= set(scope.bindings) if scope is not None else set()
            case _:
                return None
    return frozenset(names)


def initial(
    kind: Kind, positional: Sequence[Value], keywords: Mapping[str, Value], walk: Walk
) -> tuple[tuple[str, Value], ...]:
    """The attributes that a constructor sets to what it is given: `self.session = session`."""
    project = walk.world.evaluator.project
    found = walk.world.method((kind.file, kind.symbol), "__init__")
    scope = project.scope(found[0].file, found[0].symbol) if found is not None else None
    if found is None or scope is None or "*" in keywords or "**" in keywords:
        return ()
    names = bound(scope, [UNSEEN, *positional], keywords)
    home = project.outline(found[0].file).scopes.get(scope.parent)
    given = []
    for name, bindings in home.members.items() if home is not None and names is not None else ():
        match [(one.expr, one.scope) for one in bindings]:
            case [(("name", str(param)), where)] if where == scope.qualname and names and param in names:
                given.append((name, names[param]))
    return tuple(given)


def validated(
    node: ast.Call, owner: tuple[str, str, str], positional: Sequence[Value], keywords: Mapping[str, Value], name: str,
    env: Env, walk: Walk,
) -> Value:  # fmt: skip
    """`UserRead.model_validate(user)`."""

    given = [*positional, *keywords.values()]
    if owner[0] == "class" and name in {"model_validate", "from_orm"} and given and owner[1]:
        schema = schema_of((owner[1], owner[2]), walk.world)
        if schema is not None and (schema.attributes or keywords.get("from_attributes") == Constant(True)):
            walk.validate(given[0], schema, node, env)
        return UNSEEN
    return escaped(given, env)


def bound(scope: Scope, positional: Sequence[Value], keywords: Mapping[str, Value]) -> dict[str, Value] | None:
    """The parameters that a call gives values; None where that is not known."""
    if "*" in keywords or "**" in keywords:
        return None
    places = [param.name for param in scope.params if param.form in {"", "/"}]
    if len(positional) > len(places):
        return None
    return {**dict(zip(places, positional, strict=False)), **keywords}
