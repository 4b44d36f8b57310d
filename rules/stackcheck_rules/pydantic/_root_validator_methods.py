"""A validator of a whole model as Pydantic 2 writes it: a class method before, a method on `self` after."""

from __future__ import annotations

import libcst as cst

from stackcheck import Applicability, Context, Fix, Imported, ImportRequest, Kind
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.model_configs import setting_of
from stackcheck_rules.pydantic._models import definer
from stackcheck_rules.pydantic._root_validator_body import body_on_self
from stackcheck_rules.pydantic._root_validator_guards import (
    can_assign,
    is_alone,
    is_called,
    is_field,
    is_on_instance,
    is_overridden,
    is_set,
    keeps_order,
)
from stackcheck_rules.pydantic._root_validator_names import Names
from stackcheck_rules.pydantic._root_validator_objects import OBJECTS, asks_dictionary, with_objects_read

BEFORE = 'Use `@model_validator(mode="before")`'
SELF_NAMES = ("typing.Self", "typing_extensions.Self")


def others_of(function: cst.FunctionDef, own: cst.Decorator) -> list[cst.Decorator] | None:
    """The decorators below the validator's own; None where one stands above it."""
    return list(function.decorators[1:]) if function.decorators[0] is own else None


def decorated(
    function: cst.FunctionDef, own: cst.Decorator, others: list[cst.Decorator], validator: str, *, as_class: bool,
    ctx: Context,
) -> cst.FunctionDef:  # fmt: skip
    """The function with the new decorator, and `@classmethod` below it where one is to be there."""
    new = own.with_changes(decorator=called(own.decorator, validator, ctx))
    others = [other for other in others if not is_named(other, "classmethod")]
    method = [cst.Decorator(cst.Name("classmethod"))] if as_class else []
    return function.with_changes(decorators=[new, *method, *others])


def is_named(decorator: cst.Decorator, *names: str) -> bool:
    return isinstance(decorator.decorator, cst.Name) and decorator.decorator.value in names


def called(old: cst.BaseExpression, validator: str, ctx: Context) -> cst.BaseExpression:
    """`validator(mode=…)`, with the comments of a call that goes over several lines."""
    new = cst.parse_expression(validator, config=ctx.parser_config)
    if not isinstance(old, cst.Call) or not isinstance(new, cst.Call) or "#" not in ctx.code(old) or len(old.args) > 1:
        return new
    mode = old.args[0].with_changes(keyword=new.args[0].keyword, value=new.args[0].value)
    return old.with_changes(func=new.func, args=[mode])


def before_fix(function: cst.FunctionDef, own: cst.Decorator, validator: Imported, ctx: Context) -> Fix | None:
    """`@model_validator(mode="before")` over `@classmethod`: what `@root_validator(pre=True)` does today."""
    others = others_of(function, own)
    if others is None or required(function.params) != 2 or any(is_named(one, "staticmethod") for one in others):
        return None
    name, owner = function.name.value, class_around(function, ctx)
    new = decorated(function, own, others, f'{validator.code}(mode="before")', as_class=True, ctx=ctx)
    if owner is None:  # made in a function, for whatever class
        return Fix({function: new}, BEFORE, validator.requests, "unsafe")
    if is_overridden(name, owner, ctx) or definer(owner, "__root__", ctx):
        return None
    plain = all(is_named(one, "classmethod") for one in others)
    safe = plain and ctx.ancestry(owner).whole and keeps_order(owner, ctx)
    if asks_dictionary(function, ctx) and is_set(OBJECTS, owner, ctx):
        safe = False
        if setting_of(owner, OBJECTS, ctx) != "?":
            guarded = with_objects_read(new, owner, ctx)
            if guarded is None:
                return None
            new = guarded
    safety: Applicability = "safe" if safe else "unsafe"
    return Fix({function: new}, BEFORE, validator.requests, safety)


def call_fix(call: cst.Call, outer: cst.Call | None, ctx: Context) -> Fix | None:
    """`model_validator(mode="before")(function)`; what is no class method by its name must be made one."""
    validator = ctx.name("pydantic.model_validator")
    if validator is None:
        return None
    new = cst.parse_expression(f'{validator.code}(mode="before")', config=ctx.parser_config)
    if outer is None or len(outer.args) != 1:
        return Fix({call: new}, BEFORE, validator.requests)
    function = outer.args[0].value
    scope = ctx.scope(ctx.kind(function))
    params = [param.name for param in scope.params if param.form in {"", "/"}] if scope else []
    if params[:1] == ["cls"] or len(params) == 1:
        return Fix({call: new}, BEFORE, validator.requests)
    if len(params) != 2:
        return Fix({call: new}, BEFORE, validator.requests, "unsafe")
    method = cst.Call(cst.Name("classmethod"), [cst.Arg(function)])
    made = outer.with_changes(func=new, args=[outer.args[0].with_changes(value=method)])
    return Fix({outer: made}, BEFORE, validator.requests)


def required(params: cst.Parameters) -> int:
    """How many arguments must be given by position; -1 where some must be given by name."""
    if any(param.default is None for param in params.kwonly_params):
        return -1
    return sum(param.default is None for param in (*params.posonly_params, *params.params))


def class_around(function: cst.FunctionDef, ctx: Context) -> Kind | None:
    qualname = ctx.scope_of(function)
    inside = qualname and ctx.outline.scopes[qualname].form == "class"
    return Kind("class", qualname, ctx.file) if inside else None


def after_fix(
    function: cst.FunctionDef, own: cst.Decorator, owner: Kind, validator: Imported, ctx: Context
) -> Fix | None:
    """`@model_validator(mode="after")` over a method on `self`."""
    others = others_of(function, own)
    name = function.name.value
    if others is None or not all(is_named(one, "classmethod") for one in others) or function.asynchronous:
        return None
    if not is_alone(name, owner, ctx) or is_called(name, ctx) or definer(owner, "__root__", ctx):
        return None
    body = body_on_self(function, names_of(owner, ctx), ctx)
    if body is None or (body.written and not can_assign(body.written, owner, ctx)):
        return None
    returns, requests = new_annotation(function, ctx)
    new = decorated(function, own, others, f'{validator.code}(mode="after")', as_class=False, ctx=ctx)
    new = new.with_changes(params=on_self(function.params), body=body.block, returns=returns)
    requests = tuple(dict.fromkeys((*validator.requests, *requests)))
    return Fix({function: new}, 'Use `@model_validator(mode="after")` on `self`', requests, "unsafe")


def names_of(owner: Kind, ctx: Context) -> Names:
    return Names(
        lambda name: is_field(name, owner, ctx),
        lambda name: is_on_instance(name, owner, ctx),
        ctx.instance(owner).word in MODELS,
    )


def on_self(params: cst.Parameters) -> cst.Parameters:
    return params.with_changes(params=[cst.Param(cst.Name("self"))], posonly_ind=cst.MaybeSentinel.DEFAULT)


def new_annotation(function: cst.FunctionDef, ctx: Context) -> tuple[cst.Annotation | None, tuple[ImportRequest, ...]]:
    """`-> Self`, where the function said what it returns."""
    found = [ctx.name(symbol) for symbol in SELF_NAMES]
    known = [one for one in found if one is not None and not one.requests]
    newest = found[0] if ctx.python >= (3, 11) else found[1]  # Pydantic itself needs typing_extensions
    written = known[0] if known else newest
    if function.returns is None or written is None:
        return None, ()
    code = cst.parse_expression(written.code, config=ctx.parser_config)
    return function.returns.with_changes(annotation=code), written.requests
