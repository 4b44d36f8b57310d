"""An early validator of a model that reads objects: Pydantic 1 gave it a `GetterDict`, Pydantic 2 gives the object."""

from __future__ import annotations

import libcst as cst

from stackcheck import Context, Kind
from stackcheck_rules.pydantic._root_validator_guards import family_of, is_field, is_set
from stackcheck_rules.pydantic._root_validator_names import free_names, nodes_below, two_names

OBJECTS = ("orm_mode", "from_attributes")
HANDLES = {"isinstance", "getattr", "hasattr", "issubclass", "vars", "type"}


def asks_dictionary(function: cst.FunctionDef, ctx: Context) -> bool:
    """Whether the body uses its input as a dictionary without asking what it got."""
    names = two_names(function.params)
    nodes = nodes_below(function.body, ctx)
    used = list(free_names(nodes))
    returned = {node.value for node in nodes if isinstance(node, cst.Return)}
    asked = any(names and name.value == names[1] and name not in returned for name in used)
    return asked and not {name.value for name in used} & HANDLES


def with_objects_read(function: cst.FunctionDef, owner: Kind, ctx: Context) -> cst.FunctionDef | None:
    """The function with an object made a dictionary of what it is asked for; None where that would say more."""
    names = two_names(function.params)
    if names is None or not isinstance(function.body, cst.IndentedBlock) or family_of(owner, ctx).aliased:
        return None
    cls, values = names
    nodes = nodes_below(function.body, ctx)
    asked = map(key_of, nodes) if is_kept(values, nodes, ctx) else (key_asked_of(values, node) for node in nodes)
    others = sorted({key for key in asked if key and not is_field(key, owner, ctx)})
    if others and is_set(("extra",), owner, ctx):
        return None
    used = {name.value for name in free_names(nodes)} | {cls, values}
    name, several = (next(word for word in words if word not in used)
                     for words in (("name", "field", "attribute"), ("names", "fields", "attributes")))  # fmt: skip
    indent = ctx.default_indent
    lines = [f"if not isinstance({values}, dict):"]
    if others:
        lines.append(f"{indent}{several} = (*{cls}.model_fields, {', '.join(map(quoted, others))})")
    source = several if others else f"{cls}.model_fields"
    taken = f"{name}: getattr({values}, {name}) for {name} in {source} if hasattr({values}, {name})"
    lines.append(f"{indent}{values} = {{{taken}}}\n")
    guard = cst.parse_statement("\n".join(lines), config=ctx.parser_config)
    at = 1 if function.get_docstring() is not None else 0
    body = [*function.body.body[:at], guard, *function.body.body[at:]]
    return function.with_changes(body=function.body.with_changes(body=body))


def is_kept(values: str, nodes: list[cst.CSTNode], ctx: Context) -> bool:
    """Whether another name may hold the same keys: `data = values`, `data = dict(values)`, `data = {**values}`."""
    for node in nodes:
        match node:
            case cst.Assign(value=made) | cst.NamedExpr(value=made) | cst.AnnAssign(value=cst.BaseExpression() as made):
                read = {name.value for name in free_names(nodes_below(made, ctx))}
                if values in read and not key_asked_of(values, made):
                    return True
    return False


def key_asked_of(values: str, node: cst.CSTNode) -> str:
    """The text that is looked up in `values` itself."""
    match node:
        case (
            cst.Subscript(value=cst.Name(name))
            | cst.Comparison(comparisons=[cst.ComparisonTarget(comparator=cst.Name(name))])
            | cst.Call(func=cst.Attribute(value=cst.Name(name)))
        ) if name == values:
            key = node.slice[0].slice if isinstance(node, cst.Subscript) else node
            return key_of(key)
    return ""


def key_of(node: cst.CSTNode) -> str:
    """The text that a body looks up: in brackets, with `get`, or with `in`."""
    match node:
        case (
            cst.Index(value=cst.SimpleString(evaluated_value=str(key)))
            | cst.Comparison(
                left=cst.SimpleString(evaluated_value=str(key)),
                comparisons=[cst.ComparisonTarget(operator=cst.In() | cst.NotIn())],
            )
            | cst.Call(
                func=cst.Attribute(attr=cst.Name("get")),
                args=[cst.Arg(value=cst.SimpleString(evaluated_value=str(key))), *_],
            )
        ):
            return key
    return ""


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
