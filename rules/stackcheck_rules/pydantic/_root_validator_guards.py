"""What stands around a validator of a whole model: its class, relatives, settings and callers."""

from __future__ import annotations

import re

import libcst as cst

from stackcheck import Context, Kind
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.model_configs import model_configs, setting_of
from stackcheck_rules.analyses.validator_families import Family, validator_families
from stackcheck_rules.pydantic._models import definer

OFF = {None, "False"}
CLASSVAR = {"typing.ClassVar", "typing_extensions.ClassVar"}


def owner_of(function: cst.FunctionDef, ctx: Context) -> Kind | None:
    """The class in whose body a function is defined, if that is a model or a Pydantic dataclass."""
    qualname = ctx.scope_of(function)
    if not qualname or ctx.outline.scopes[qualname].form != "class":
        return None
    kind = Kind("class", qualname, ctx.file)
    return kind if ctx.instance(kind).word in {*MODELS, "pydantic-dataclass"} else None


def family_of(owner: Kind, ctx: Context) -> Family:
    return ctx.fact(validator_families, (owner.file, owner.symbol)) or Family()


def is_overridden(name: str, owner: Kind, ctx: Context) -> bool:
    """Whether a class above or below binds the name too: Pydantic then calls whichever is the last."""
    return len(ctx.bindings(owner, name)) > 1 or bool(namesakes(name, owner, ctx))


def namesakes(name: str, owner: Kind, ctx: Context) -> list[Kind]:
    """The classes above and below that bind the name too."""
    above = [cls for cls in ctx.ancestry(owner).classes[1:] if cls.file]
    below = [Kind("class", qualname, file) for file, qualname in family_of(owner, ctx).below]
    return [cls for cls in (*above, *below) if ctx.bindings(cls, name)]


def is_alone(name: str, owner: Kind, ctx: Context) -> bool:
    """Whether what other classes bind to the name is refused by Pydantic 2 as this one is, and so made anew with it."""
    if len(ctx.bindings(owner, name)) > 1:
        return False
    return (
        all(is_refused(name, cls, ctx) for cls in (owner, *others)) if (others := namesakes(name, owner, ctx)) else True
    )


def is_refused(name: str, cls: Kind, ctx: Context) -> bool:
    """Whether a class has one function of the name, under a bare `@root_validator` or one without arguments."""
    function = ctx.scope(Kind("function", f"{cls.symbol}.{name}", cls.file))
    if len(ctx.bindings(cls, name)) != 1 or function is None or len(function.decorators) != 1:
        return False
    decorator = function.decorators[0]
    if decorator[0] == "call":
        decorator = decorator[1] if not decorator[2] and not decorator[3] else ("other",)
    return ctx.symbol(decorator, cls.symbol, cls.file) == "pydantic.root_validator"


def is_called(name: str, ctx: Context) -> bool:
    """Whether code calls a method of this name on a class, as `User.check(data)`, or `cls.check(data)` here."""
    return bool(ctx.fact(validator_families, name)) or re.search(rf"\b(?:cls|self)\.{name}\(", ctx.text) is not None


def is_field(name: str, owner: Kind, ctx: Context) -> bool:
    """Whether a class of the project declares the name as a field."""
    holder = definer(owner, name, ctx)
    if holder is None or not name.isidentifier() or name.startswith("_"):
        return False
    if ctx.annotations(holder, name)[-1][0] == "other":
        return ctx.bindings(holder, name)[-1][0] not in {"def", "class", "from", "module"}
    return not is_class_variable(name, holder, ctx)


def is_class_variable(name: str, holder: Kind, ctx: Context) -> bool:
    declared = ctx.annotations(holder, name)[-1]
    head = declared[1] if declared[0] == "index" else declared
    return ctx.symbol(head, holder.symbol, holder.file) in CLASSVAR


def is_on_instance(name: str, owner: Kind, ctx: Context) -> bool:
    """Whether an instance answers the name as its class does: class and static methods, class variables."""
    holder = definer(owner, name, ctx)
    if holder is None:
        return False
    scope = ctx.scope(Kind("function", f"{holder.symbol}.{name}", holder.file))
    bound = {("name", "classmethod"), ("name", "staticmethod")}
    return is_class_variable(name, holder, ctx) if scope is None else bool(bound & {*scope.decorators})


def is_set(keys: tuple[str, ...], owner: Kind, ctx: Context) -> bool:
    """Whether an option is on, or may be, for the class, above it or below it."""
    below = family_of(owner, ctx).below
    setters = [one for key in keys for one in ctx.fact(model_configs, key) or ()]
    return setting_of(owner, keys, ctx) not in OFF or any(
        (file, qualname) in below and value not in OFF for file, qualname, value in setters
    )


def can_assign(names: frozenset[str], owner: Kind, ctx: Context) -> bool:
    """Whether a method may set the fields: nothing is frozen, and assigning does not validate again."""
    if is_set(("frozen", "validate_assignment"), owner, ctx):
        return False
    if setting_of(owner, ("allow_mutation",), ctx) == "False" or is_frozen_dataclass(owner, ctx):
        return False
    for name in names:
        holder = definer(owner, name, ctx)
        value = ctx.bindings(holder, name)[-1] if holder else ("other",)
        if value[0] == "call" and {"frozen", "allow_mutation"} & dict(value[3]).keys():
            return False
    return True


def is_frozen_dataclass(owner: Kind, ctx: Context) -> bool:
    scope = ctx.scope(owner)
    given = [dict(decorator[3]) for decorator in scope.decorators if decorator[0] == "call"] if scope else []
    return any(words.get("frozen", ("const", False)) != ("const", False) for words in given)


def keeps_order(owner: Kind, ctx: Context) -> bool:
    """Whether every validator that runs before this model's fields becomes a new one together with this one."""
    early = [one for one in family_of(owner, ctx).validators if one.form in {"before", "odd"}]
    return all(one.old and one.form == "before" and one.file == ctx.file for one in early)
