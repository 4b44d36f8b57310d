"""The body of a validator on the dictionary `values`, written for the model itself: `values["a"]` -> `self.a`.

After every field is valid, a key is in the dictionary exactly if the model has the field; where the
dictionary as such is read, `dict(self)` is the same.
"""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from stackcheck import Context
from stackcheck_rules.pydantic._root_validator_names import (
    CLASS,
    SELF,
    WHOLE,
    Names,
    field_in,
    free_names,
    nodes_below,
    targets,
    two_names,
)
from stackcheck_rules.pydantic._root_validator_rewrite import Edits, Found, in_place, replaced
from stackcheck_rules.pydantic._root_validator_statements import assignments, only_asks_keys, update_of

PLAIN = (cst.Name, cst.SimpleString, cst.BaseNumber, cst.Attribute)
EMPTY = (cst.List, cst.Dict, cst.Tuple)
# What else may stand for the dictionary, for how it answers, or for the instance.
GIVES_UP = {"KeyError", "super", "locals", "vars", "self"}
READS = {"copy", "get", "items", "keys", "values"}
READERS = {"all", "any", "bool", "dict", "len", "list", "print", "repr", "set", "sorted", "str", "tuple"}


class Body(NamedTuple):
    """The new body, and the fields that it assigns."""

    block: cst.BaseSuite
    written: frozenset[str]


def body_on_self(function: cst.FunctionDef, names: Names, ctx: Context) -> Body | None:
    """The body of `(cls, values)` for a method on `self`; None where it changes or hands on the dictionary."""
    params = two_names(function.params)
    if params is None:
        return None
    first, values = params
    nodes = nodes_below(function.body, ctx)
    # A key that is a field is always there: what handles its absence goes.
    checks = [node for node in nodes if isinstance(node, cst.Try) and only_asks_keys(node, values, names, ctx)]
    gone = {node for check in checks for handler in check.handlers for node in nodes_below(handler, ctx)}
    nodes = [node for node in nodes if node not in gone]
    above = {child: node for node in nodes for child in node.children}
    if any(is_obstacle(node, params) or is_other_result(node, values, above) for node in nodes):
        return None
    edits: Edits = {}
    found = [update for node in nodes if (update := update_of(node, values, names, ctx))]
    updates = {update.name: update for update in found}
    for name in free_names(nodes):
        if name.value in GIVES_UP:
            return None
        if name.value == values and name not in updates:
            use = use_of(name, above, names)
            if use is None or (use[1] is WHOLE and not names.iterates):
                return None
            edits[use[0]] = use[1]
        elif name.value == first:
            owner = above[name]
            on_self = isinstance(owner, cst.Attribute) and names.is_on_instance(owner.attr.value)
            edits[name] = SELF if on_self else CLASS
    written = {field for update in found for field, _ in update.pairs}
    for target in targets(nodes):
        edit = edits.get(target)
        if isinstance(edit, cst.Attribute):
            written.add(edit.attr.value)
        elif isinstance(target, cst.Subscript) and edits.get(target.value) is WHOLE:
            return None
    for check in checks:
        inside = replaced(check.body, edits)
        if not isinstance(inside, cst.IndentedBlock):
            return None
        edits[check] = in_place(inside, check)
    for update in found:
        lines = assignments(update, edits)
        if lines is None:
            return None
        edits[update.line] = lines
    block = replaced(function.body, edits)
    return Body(block, frozenset(written)) if isinstance(block, cst.BaseSuite) else None


def is_obstacle(node: cst.CSTNode, names: tuple[str, str]) -> bool:
    """Whether a statement gives a name of the signature another meaning, or takes a key away."""
    match node:
        case cst.Param(name=cst.Name(name)):
            return name in names
    return isinstance(node, (cst.Del, cst.Global, cst.Nonlocal))


def is_other_result(node: cst.CSTNode, values: str, above: dict[cst.CSTNode, cst.CSTNode]) -> bool:
    """Whether a validator returns anything but the dictionary: it would be what `Model(…)` gives. Or a helper, that."""
    if not isinstance(node, cst.Return):
        return False
    outer: cst.CSTNode | None = node
    while outer is not None and not isinstance(outer, cst.FunctionDef):
        outer = above.get(outer)
    return (isinstance(node.value, cst.Name) and node.value.value == values) is (outer is not None)


def use_of(name: cst.Name, above: dict[cst.CSTNode, cst.CSTNode], names: Names) -> tuple[cst.CSTNode, Found] | None:
    """What to replace for one use of the dictionary, and by what."""
    parent = above[name]
    outer = above.get(parent, parent)
    match parent:
        case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]) if value is name:
            return field_or_whole(parent, key, name, names)
        case cst.Attribute(attr=cst.Name("get")) if isinstance(outer, cst.Call) and outer.func is parent:
            first, *rest = outer.args
            plain = first.keyword is None and not first.star and all(is_idle(arg) for arg in rest)
            return field_or_whole(outer, first.value, name, names) if plain else (name, WHOLE)
        case cst.Attribute(attr=cst.Name(attr)) if attr in READS:
            return name, WHOLE
        case cst.ComparisonTarget(operator=cst.In() | cst.NotIn() as sign):
            if isinstance(outer, cst.Comparison) and len(outer.comparisons) == 1 and field_in(outer.left, names):
                return outer, isinstance(sign, cst.In)
            return name, WHOLE
        case cst.Return():
            return name, SELF
        case cst.For() | cst.CompFor() | cst.FormattedStringExpression():
            return (name, WHOLE) if name not in targets([parent]) else None
        case cst.Arg(star="", keyword=None) if isinstance(outer, cst.Call) and only_reads(outer.func):
            return name, WHOLE
    return None


def only_reads(function: cst.BaseExpression) -> bool:
    match function:
        case cst.Name(value=name):
            return name in READERS
        case cst.Attribute(value=cst.SimpleString(), attr=cst.Name(value="join")):
            return True
    return False


def field_or_whole(
    node: cst.BaseExpression, key: cst.BaseExpression, name: cst.Name, names: Names
) -> tuple[cst.CSTNode, Found]:
    field = field_in(key, names)
    return (node, cst.Attribute(SELF, cst.Name(field), lpar=node.lpar, rpar=node.rpar)) if field else (name, WHOLE)


def is_idle(arg: cst.Arg) -> bool:
    """Whether leaving a default away changes nothing: it calls nothing."""
    value = arg.value
    return isinstance(value, PLAIN) or (isinstance(value, EMPTY) and not value.elements)
