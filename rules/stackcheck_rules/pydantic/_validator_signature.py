"""A validator's parameters and body: `info: ValidationInfo` in place of `values`, `field`, `config` and `**kwargs`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import libcst as cst

from stackcheck import Context
from stackcheck_rules.analyses._validator_facts import Function, Param
from stackcheck_rules.pydantic._config_keys import KEPT, RENAMED

ARGUMENTS = {"values", "field", "config"}
# What Pydantic 1's options were where nothing set them, if that was not None.
DEFAULTS = {"min_anystr_length": "0", "extra": '"ignore"'}


class Replaced(NamedTuple):
    """A function in the new form; `sure` if it does what the old one did or was documented to do."""

    function: cst.FunctionDef
    sure: bool
    uses_info: bool


class Uses(NamedTuple):
    """New code for the places that read the arguments; None in `code` where one of them has none."""

    code: Mapping[cst.CSTNode, str] | None
    sure: bool = True


def extra_params(params: Sequence[Param]) -> list[Param] | None:
    """What Pydantic 1 passed beside the value; None for a signature that it does not have."""
    names = [param.name for param in params]
    rest = params[2:] if names[:1] == ["cls"] else params[1:]
    if not names or names[0] == "self" or names == ["cls"] or any(param.form == "*" for param in params):
        return None
    passed = [param for param in rest if param.name in ARGUMENTS or param.form == "**"]
    return passed if all(param.optional for param in rest if param not in passed) else None


def with_info(function: cst.FunctionDef, fact: Function, annotation: str | None, ctx: Context) -> Replaced | None:
    """The function as `field_validator` calls it; None where a use of an argument has no successor."""
    extra = extra_params(fact.params)
    if extra is None:
        return None
    if not extra:
        return Replaced(function, True, False)
    names = {param.name for param in extra}
    read = {name.value for name in references(function.body, ctx) if name.value in names}
    info = next((name for name in ("info", "validation_info") if is_free(name, function, ctx)), None)
    if read and (info is None or annotation is None):
        return None
    info = info or ""
    kwargs = next((param.name for param in extra if param.form == "**"), "")
    rebound = names & (fact.rebound | spelled_out(function.body, ctx))
    if rebound - {"values"}:
        return None
    has_class = fact.params[0].name == "cls"
    uses = new_uses(function.body, names - rebound, kwargs, info, has_class, ctx)
    if uses.code is None:
        return None
    body = function.body.visit(Exchange({old: parsed(code) for old, code in uses.code.items()}))
    assert isinstance(body, cst.BaseSuite)
    if rebound:
        found = assigned(body, f"values = {info}.data")
        if found is None:
            return None
        body = found
    needed = bool(rebound) or any(f"{info}." in code for code in uses.code.values())
    params = without(function.params, names, f"{info}: {annotation}" if needed else "")
    if params is None:
        return None
    return Replaced(function.with_changes(params=params, body=body), uses.sure, needed)


def spelled_out(body: cst.CSTNode, ctx: Context) -> set[str]:
    """The names that an f-string writes as they stand, as `f"{values=}"` does."""
    parts = (part for part in ctx.below(body, cst.FormattedStringExpression) if part.equal)
    return {name.value for part in parts for name in references(part.expression, ctx)}


class Exchange(cst.CSTTransformer):
    """Put new nodes in the place of some."""

    def __init__(self, new: Mapping[cst.CSTNode, cst.CSTNode]) -> None:
        super().__init__()
        self.new = new

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node not in self.new

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        return self.new.get(original_node, updated_node)


def parsed(code: str) -> cst.BaseExpression:
    return cst.parse_expression(code)


def references(node: cst.CSTNode, ctx: Context) -> Iterator[cst.Name]:
    """The names in some code that stand for a value, not for an attribute or a keyword."""
    labels: set[cst.CSTNode | None] = set()
    for kind, slot in ((cst.Attribute, "attr"), (cst.Arg, "keyword"), (cst.Param, "name")):
        labels.update(getattr(found, slot) for found in ctx.below(node, kind))
    return (name for name in ctx.below(node, cst.Name) if name not in labels)


def is_free(name: str, function: cst.FunctionDef, ctx: Context) -> bool:
    return all(found.value != name for part in (function.body, function.params) for found in references(part, ctx))


def new_uses(body: cst.CSTNode, names: set[str], kwargs: str, info: str, has_class: bool, ctx: Context) -> Uses:
    """What to write for each use of the arguments, by the node that is replaced."""
    above: dict[cst.CSTNode, cst.Attribute] = {node.value: node for node in ctx.below(body, cst.Attribute)}
    indexed: dict[cst.CSTNode, cst.Subscript] = {node.value: node for node in ctx.below(body, cst.Subscript)}
    called: dict[cst.CSTNode, cst.Call] = {node.func: node for node in ctx.below(body, cst.Call)}
    quotes = {name: "'" for text in ctx.below(body, cst.FormattedString) if '"' in text.start
              for name in ctx.below(text, cst.Name)}  # fmt: skip
    found: dict[cst.CSTNode, str] = {}
    sure = True
    for name in references(body, ctx):
        if name.value not in names:
            continue
        word, whole = passed(name, indexed, above, called) if name.value == kwargs else (name.value, name)
        if word == "values":
            found[whole] = f"{info}.data"
            continue
        owner = above.get(whole)
        code = member(word, owner.attr.value, info, has_class) if owner is not None else None
        if owner is None or code is None:
            return Uses(None)
        found[owner] = code.replace('"', quotes.get(name, '"'))
        sure &= word == "field" and owner.attr.value == "name"
    return Uses(found, sure)


def passed(
    name: cst.Name, indexed: Mapping[cst.CSTNode, cst.Subscript], above: Mapping[cst.CSTNode, cst.Attribute],
    called: Mapping[cst.CSTNode, cst.Call],
) -> tuple[str, cst.CSTNode]:  # fmt: skip
    """The argument that `kwargs["values"]` or `kwargs.get("values")` stands for, and the whole expression."""
    match indexed.get(name):
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString() as key))]) as item:
            return str(key.evaluated_value), item
    owner = above.get(name)
    match called.get(owner) if owner is not None and owner.attr.value == "get" else None:
        case cst.Call(args=[cst.Arg(value=cst.SimpleString() as key, keyword=None), *_]) as got:
            return str(key.evaluated_value), got
    return "", name


def member(word: str, attribute: str, info: str, has_class: bool) -> str | None:
    """The successor of an attribute of `field` or `config`, if there is one."""
    if word == "field":
        described = f"cls.model_fields[{info}.field_name]"
        return {
            "name": f"{info}.field_name",
            "alias": f"({described}.alias or {info}.field_name)" if has_class else None,
            "required": f"{described}.is_required()" if has_class else None,
            "default": f"{described}.default" if has_class else None,
        }.get(attribute)
    key = RENAMED.get(attribute, attribute)
    if word != "config" or not has_class or key not in KEPT:
        return None
    default = f", {DEFAULTS[attribute]}" if attribute in DEFAULTS else ""
    return f'cls.model_config.get("{key}"{default})'


def without(params: cst.Parameters, names: set[str], info: str) -> cst.Parameters | None:
    """The parameters without some, and with `info` after the value; None for a signature of another shape."""
    if params.posonly_params or any(param.name.value not in names for param in params.kwonly_params):
        return None
    plain = list(params.params)
    value_at = 1 if plain[:1] and plain[0].name.value == "cls" else 0
    rest = [param for param in plain[value_at + 1 :] if param.name.value not in names]
    kept = [*plain[: value_at + 1], *([info_param(info)] if info else []), *rest]
    last = [*plain, *params.kwonly_params, *([params.star_kwarg] if params.star_kwarg else [])][-1]
    comma = plain[0].comma if isinstance(plain[0].comma, cst.Comma) else COMMA
    joined = [param if isinstance(param.comma, cst.Comma) else param.with_changes(comma=comma) for param in kept]
    joined[-1] = joined[-1].with_changes(comma=last.comma, whitespace_after_param=last.whitespace_after_param)
    return params.with_changes(params=joined, star_arg=cst.MaybeSentinel.DEFAULT, kwonly_params=[], star_kwarg=None)


COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def info_param(code: str) -> cst.Param:
    name, _, annotation = code.partition(": ")
    return cst.Param(cst.Name(name), cst.Annotation(cst.parse_expression(annotation)))


def assigned(body: cst.BaseSuite, code: str) -> cst.BaseSuite | None:
    """A body that begins with an assignment, below its docstring."""
    if not isinstance(body, cst.IndentedBlock):
        return None
    at = 0
    match body.body[0]:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]):
            at = 1
    return body.with_changes(body=[*body.body[:at], cst.parse_statement(code), *body.body[at:]])
