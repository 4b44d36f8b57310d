"""Calls of functions that Pydantic 2 has not, where another call or an annotation says the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stackcheck import Context, ImportRequest, nodes_of, parse_tree
from stackcheck_rules.analyses._import_edits import Edits
from stackcheck_rules.analyses._source_text import SourceText

# What `stricturl` took and a URL of Pydantic 2 does without.
IGNORED = {"strip_whitespace", "tld_required"}


def rewritten_call(
    symbol: str, call: ast.Call, source: SourceText, ctx: Context
) -> tuple[Edits, tuple[ImportRequest, ...]] | None:
    """Edits that replace one call of a function of `CALLED`, and the imports that they need."""
    if any(word.arg is None for word in call.keywords) or "#" in source.code(call):
        return None
    if symbol.endswith(".is_classvar"):
        return is_class_variable(call, source, ctx)
    return models_schema(call, source, ctx) if symbol.endswith(".schema") else url_type(call, source, ctx)


def models_schema(call: ast.Call, source: SourceText, ctx: Context) -> tuple[Edits, tuple[ImportRequest, ...]] | None:
    """`schema([A, B])` as `models_json_schema([(A, "validation"), (B, "validation")])[1]`."""
    function = ctx.name("pydantic.json_schema.models_json_schema")
    if function is None or len(call.args) != 1 or any(word.arg == "ref_prefix" for word in call.keywords):
        return None
    models = call.args[0]
    if isinstance(models, (ast.List, ast.Tuple, ast.Set)):
        if any(isinstance(model, ast.Starred) for model in models.elts):
            return None
        given = "[" + ", ".join(f'({source.code(model)}, "validation")' for model in models.elts) + "]"
    else:
        given = f'[(model, "validation") for model in {source.code(models)}]'
    words = "".join(f", {source.code(word)}" for word in call.keywords)
    return [(source.span(call), f"{function.code}({given}{words})[1]")], function.requests


def is_class_variable(
    call: ast.Call, source: SourceText, ctx: Context
) -> tuple[Edits, tuple[ImportRequest, ...]] | None:
    """`is_classvar(x)` as `ClassVar in (x, get_origin(x))`."""
    variable, origin = ctx.name("typing.ClassVar"), ctx.name("typing.get_origin")
    match call:
        case ast.Call(args=[ast.Name() | ast.Attribute() as given], keywords=[]) if variable and origin:
            asked = source.code(given)
        case _:
            return None
    both = f"({asked}, {origin.code}({asked}))"
    requests = (*variable.requests, *origin.requests)
    match around(call, source):
        case ast.UnaryOp(op=ast.Not()) as negated:
            return [(source.span(negated), f"{variable.code} not in {both}")], requests
        case ast.Compare() | ast.BinOp() | ast.Attribute() | ast.Subscript() | ast.Starred() | ast.UnaryOp():
            return [(source.span(call), f"({variable.code} in {both})")], requests
    return [(source.span(call), f"{variable.code} in {both}")], requests


def around(call: ast.Call, source: SourceText) -> ast.AST | None:
    """What a call is directly a part of."""
    place = source.span(call)
    for node in nodes_of(parse_tree(source.text)):
        if any(isinstance(each, ast.Call) and source.span(each) == place for each in ast.iter_child_nodes(node)):
            return node
    return None


def url_type(call: ast.Call, source: SourceText, ctx: Context) -> tuple[Edits, tuple[ImportRequest, ...]] | None:
    """`stricturl(allowed_schemes={"https"})` as `Annotated[AnyUrl, UrlConstraints(allowed_schemes=["https"])]`."""
    given = list(constraints(call, source))
    wanted = ["pydantic.AnyUrl", *(["typing.Annotated", "pydantic.UrlConstraints"] if given else [])]
    names = [name for name in map(ctx.name, wanted) if name is not None]
    if len(names) < len(wanted) or call.args or "" in given:
        return None
    requests = tuple(request for name in names for request in name.requests)
    code = names[0].code
    if given:
        code = f"{names[1].code}[{code}, {names[2].code}({', '.join(given)})]"
    return [(source.span(call), code)], requests


def constraints(call: ast.Call, source: SourceText) -> Iterator[str]:
    """The arguments for `UrlConstraints`; an empty one stands for what it cannot say."""
    for word in call.keywords:
        match word.arg, word.value:
            case (("max_length" | "host_required"), _):
                yield source.code(word)
            case "allowed_schemes", ast.Set(elts=items) | ast.Tuple(elts=items) | ast.List(elts=items):
                yield f"allowed_schemes=[{', '.join(source.code(item) for item in items)}]"
            case "allowed_schemes", value:
                yield f"allowed_schemes=list({source.code(value)})"
            case "min_length", ast.Constant(value=0 | 1):
                pass
            case name, _ if name not in IGNORED:
                yield ""
