"""Which classes and values the Pydantic rules are about."""

from __future__ import annotations

import libcst as cst

from stackcheck import Context, Fix, Kind
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.legacy_uses import LegacyUse


def is_model(node: cst.ClassDef, ctx: Context) -> bool:
    """Whether a class of this file is proven to be a Pydantic model (settings and SQLModel included)."""
    return ctx.instance(ctx.kind(node)).word in MODELS


def is_model_class(kind: Kind, ctx: Context) -> bool:
    """Whether a kind is a model class, not an instance."""
    return kind.word == "class" and kind.certain and ctx.instance(kind).word in MODELS


def is_model_instance(kind: Kind) -> bool:
    return kind.word in MODELS and kind.certain


def is_used_on_class(use: LegacyUse) -> bool:
    """Whether a name is used on `cls`: a validator gets the class without `@classmethod` too, which Pydantic adds."""
    return use.owner_code == "cls"


def definer(kind: Kind, name: str, ctx: Context) -> Kind | None:
    """The class of the project above a model (or its class) that defines a name itself, if any."""
    classes = ctx.ancestry(Kind("class", kind.symbol, kind.file)).classes
    return next((cls for cls in classes if cls.file and ctx.bindings(cls, name)), None)


def fields_of_type(use: LegacyUse, ctx: Context) -> Fix | None:
    """`self.__fields__` as `type(self).model_fields`; None where `self` is more than a chain of names."""
    new = {"__fields__": "model_fields"}.get(use.name, use.name)
    if not all(part.isidentifier() for part in use.owner_code.split(".")) or "type" in ctx.bound_around(use.scope):
        return None
    return Fix(ctx.edits([(use.whole, f"type({use.owner_code}).{new}")]), f"Use `{new}` of the class")
