"""A function `getter_dict` of a `class Config`, made a validator of the model that runs before the fields.

Pydantic 1 called it with the objects of `orm_mode`. So does the validator; it leaves dictionaries and models alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Context, ImportRequest, Kind, expr_of, nodes_of
from stackcheck_rules.analyses._config_parts import Part, docstring_of, offset_in
from stackcheck_rules.analyses.config_classes import ConfigClass
from stackcheck_rules.analyses.descendants import descendants
from stackcheck_rules.analyses.model_configs import setting_of
from stackcheck_rules.analyses.validator_families import Family, validator_families

NAME = "getter_dict"
GETTER = "pydantic.utils.GetterDict"
BUILTINS = {"dict", "dir", "getattr", "isinstance"}
# What a `GetterDict` was as a mapping: all public attributes of its object.
ATTRIBUTES = '{{{0}: getattr({1}, {0}) for {0} in dir({1}) if not {0}.startswith("_")}}'
Nodes = list[ast.AST]


class Method(NamedTuple):
    code: str
    requests: tuple[ImportRequest, ...]


def as_validator(part: Part, config: ConfigClass, ctx: Context) -> Method | None:
    """The method that does what the function did; None where that is not certain."""
    model = Kind("class", config.owner, ctx.file)
    validator, base = ctx.name("pydantic.model_validator"), ctx.name("pydantic.BaseModel")
    if validator is None or base is None or ctx.bindings(model, NAME) or has_other_order(model, ctx):
        return None
    if setting_of(model, ("orm_mode", "from_attributes"), ctx) != "True":
        return None
    match ast.parse(part.code).body:
        case [ast.FunctionDef(args=ast.arguments([], [ast.arg(given) as only], None, [], [], None, [])) as function]:
            first = function.body[1 if docstring_of(function) else 0 :]
        case _:
            return None
    attributes = read_attributes(function, given, config, ctx)
    if attributes is None or not first or first[0].lineno == function.lineno:
        return None
    indent = part.code.split("\n")[first[0].lineno - 1][: first[0].col_offset]
    guard = f"if isinstance({given}, (dict, {base.code})):\n{indent * 2}return {given}\n{indent}"
    decorated = f'@{validator.code}(mode="before")\n@classmethod\n'
    added: list[tuple[ast.AST, str]] = [(function, decorated), (only, "cls, "), (first[0], guard)]
    code, rows = part.code, part.code.encode().split(b"\n")
    starts = [(*(start_of(node, rows),) * 2, new) for node, new in added]
    ends = [(start_of(node, rows), end_of(node, rows), attributes[node]) for node in attributes]
    for start, end, new in sorted([*starts, *ends], reverse=True):
        code = code[:start] + new + code[end:]
    return Method(code, (*validator.requests, *base.requests))


def has_other_order(model: Kind, ctx: Context) -> bool:
    """Whether another validator of the class, or one of a class below, would see the input first."""
    for cls in ((model.file, model.symbol), *(ctx.fact(descendants, (model.file, model.symbol)) or ())):
        family = ctx.fact(validator_families, cls) or Family()
        own = (one for one in family.validators if (one.file, one.owner) == cls and one.name != NAME)
        if any(one.form in {"before", "odd"} for one in own):
            return True
    return False


def read_attributes(
    function: ast.FunctionDef, given: str, config: ConfigClass, ctx: Context
) -> dict[ast.Call, str] | None:
    """What stands for each `GetterDict(…)`; None where the function does more than to make a dictionary."""
    nodes = list(nodes_of(function))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    taken = {node.id for node in names} | {given}
    name = next((word for word in ("name", "field", "attribute") if word not in taken), None)
    shadowed = BUILTINS & (bound | ctx.outline.module.bindings.keys())
    if name is None or shadowed or "cls" in taken or given in bound or not gives_dictionary(function, nodes):
        return None
    calls = [call for call in copies(nodes, given) if is_getter(inner(call).func, config, ctx)]
    if sum(is_getter(node, config, ctx) for node in nodes) > len(calls):
        return None
    return dict.fromkeys(calls, ATTRIBUTES.format(name, given))


def gives_dictionary(function: ast.FunctionDef, nodes: Nodes) -> bool:
    """Whether all that a function returns is a dictionary that is made in it."""
    if any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Yield, ast.YieldFrom)) for node in nodes[1:]):
        return False
    made: list[str] = []
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_dictionary(value):
                made.append(name)
    stored = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    held = {name for name in made if made.count(name) == stored.count(name)}
    returned = [node.value for node in nodes if isinstance(node, ast.Return)]
    known = all(is_dictionary(value) or (isinstance(value, ast.Name) and value.id in held) for value in returned)
    return known and isinstance(function.body[-1], ast.Return)


def is_dictionary(value: ast.AST | None) -> bool:
    match value:
        case ast.Dict() | ast.DictComp() | ast.Call(func=ast.Name(id="dict")):
            return True
    return False


def copies(nodes: Nodes, given: str) -> Iterator[ast.Call]:
    """`F(x)` of the function's argument in `{**F(x)}` and in `dict(F(x), …)`; all of `dict(F(x))`."""
    for node in nodes:
        match node:
            case ast.Dict(keys=keys, values=values):
                spread = [value for key, value in zip(keys, values, strict=True) if key is None]
            case ast.Call(func=ast.Name(id="dict"), args=[value], keywords=words):
                spread = [value if words or not of_argument(value, given) else node]
            case _:
                continue
        yield from (value for value in spread if isinstance(value, ast.Call) and of_argument(inner(value), given))


def of_argument(call: ast.AST, given: str) -> bool:
    match call:
        case ast.Call(args=[ast.Name(id=name)], keywords=[]):
            return name == given
    return False


def inner(call: ast.Call) -> ast.Call:
    """`F(x)` of `dict(F(x))`."""
    match call:
        case ast.Call(func=ast.Name(id="dict"), args=[ast.Call() as below]):
            return below
    return call


def is_getter(node: ast.AST, config: ConfigClass, ctx: Context) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute)) and ctx.symbol(expr_of(node), config.qualname) == GETTER


def start_of(node: ast.AST, rows: list[bytes]) -> int:
    assert isinstance(node, (ast.expr, ast.stmt, ast.arg))
    return offset_in(rows, node.lineno, node.col_offset)


def end_of(node: ast.expr, rows: list[bytes]) -> int:
    return offset_in(rows, node.end_lineno or 0, node.end_col_offset or 0)
