"""An after validator on a class method, as a method on `self`."""

from __future__ import annotations

import libcst as cst

from stackcheck import Applicability, Context, Fix, Imported, Kind
from stackcheck_rules.pydantic._models import definer
from stackcheck_rules.pydantic._root_validator_body import READS
from stackcheck_rules.pydantic._root_validator_guards import is_called, is_on_instance, is_overridden
from stackcheck_rules.pydantic._root_validator_methods import after_fix, is_named, new_annotation
from stackcheck_rules.pydantic._root_validator_names import CLASS, SELF, free_names, nodes_below, targets
from stackcheck_rules.pydantic._root_validator_rewrite import Edits, replaced

NO_INSTANCE = {"super", "locals", "vars", "self", "__class__"}


def instance_fix(function: cst.FunctionDef, own: cst.Decorator, owner: Kind, ctx: Context) -> Fix | None:
    """The method on `self`; None where a name in it is more than the class or the model."""
    params = function.params.params
    if len(params) < 2 or function.params.posonly_params or any(param.default for param in params[:2]):
        return None
    first, model = params[0].name.value, params[1].name.value
    nodes = nodes_below(function.body, ctx)
    if is_dictionary(nodes, model, owner, ctx):
        assert isinstance(own.decorator, cst.Call)
        return after_fix(function, own, owner, Imported(ctx.code(own.decorator.func), ()), ctx)
    name = function.name.value
    others = [decorator for decorator in function.decorators if decorator is not own]
    if not all(is_named(other, "classmethod") for other in others) or function.asynchronous:
        return None
    if is_overridden(name, owner, ctx) or is_called(name, ctx) or binds(nodes, {first, model}):
        return None
    edits: Edits = {}
    above = {child: node for node in nodes for child in node.children}
    for one in free_names(nodes):
        if one.value in NO_INSTANCE and not (one.value == "self" and model == "self"):
            return None
        if one.value == model:
            edits[one] = SELF
        elif one.value == first:
            parent = above[one]
            on_self = isinstance(parent, cst.Attribute) and is_on_instance(parent.attr.value, owner, ctx)
            edits[one] = SELF if on_self else CLASS
    block = replaced(function.body, edits)
    if not isinstance(block, cst.BaseSuite):
        return None
    returns, requests = new_annotation(function, ctx)
    # For an instance of a subclass, `cls` is the class that is asked to validate.
    safety: Applicability = "unsafe" if any(one.value == first for one in free_names(nodes)) else "safe"
    kept = [params[1].with_changes(name=SELF, annotation=None), *params[2:]]
    new = function.with_changes(
        decorators=[own], params=function.params.with_changes(params=kept), returns=returns, body=block
    )
    return Fix({function: new}, "Make it a method on `self`", requests, safety)


def is_dictionary(nodes: list[cst.CSTNode], model: str, owner: Kind, ctx: Context) -> bool:
    """Whether the body takes the model for the dictionary that a `@root_validator` got."""
    for node in nodes:
        match node:
            case cst.Subscript(value=cst.Name(value=name)) if name == model:
                return definer(owner, "__getitem__", ctx) is None
            case cst.Call(func=cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value=attr))) if name == model:
                if attr in READS - {"copy"} and definer(owner, attr, ctx) is None:
                    return True
    return False


def binds(nodes: list[cst.CSTNode], names: set[str]) -> bool:
    """Whether a statement, a lambda or a function in the body gives one of some names another meaning."""
    params = {node.name.value for node in nodes if isinstance(node, cst.Param)}
    assigned = {target.value for target in targets(nodes) if isinstance(target, cst.Name)}
    bound = {node.name.value for node in nodes if isinstance(node, (cst.FunctionDef, cst.ClassDef))}
    return bool(names & (params | assigned | bound)) or any(isinstance(node, cst.Del) for node in nodes)
