"""The calls of the project that make a model with a field as this class declares it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from stackcheck import Context, Kind, Place
from stackcheck_rules.analyses.class_fields import ClassField
from stackcheck_rules.analyses.constructions import Construction, constructions


def calls_of(field: ClassField, ctx: Context) -> Iterator[Construction]:
    """Calls of the class, and of heirs that do not declare the field themselves."""
    cls = Kind("class", field.qualname, ctx.file)
    for call in ctx.fact(constructions, (ctx.file, field.qualname)) or ():
        heirs = ctx.ancestry(Kind("class", call.made, call.made_file)).classes
        below = heirs[: heirs.index(cls)] if cls in heirs else ()
        if not any(heir.file and ctx.bindings(heir, field.name) for heir in below):
            yield call


def place_of(call: Construction, ctx: Context) -> Place:
    root = ctx.path.parents[len(PurePosixPath(ctx.file).parts) - 1]
    return Place(root / call.file, call.span)
