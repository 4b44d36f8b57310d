"""A field as a model declares it: its default, its aliases, whether `None` will do."""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Kind
from stackcheck_rules.analyses.class_fields import ClassField
from stackcheck_rules.pydantic._annotations import Part, metadata_of, parts_of, symbol_of

DEFAULTS = {"default", "default_factory", ""}
ALIASES = {"alias", "validation_alias"}
ANYTHING = {"typing.Any", "typing_extensions.Any", "builtins.object"}


def field_calls_of(field: ClassField, ctx: Context) -> Iterator[Expr]:
    """The calls of `Field` that describe a field: its value, and those in `Annotated`."""
    for part in metadata(field, ctx):
        if is_field_call(part, ctx):
            yield part.expr


def is_field_call(part: Part, ctx: Context) -> bool:
    return part.expr[0] == "call" and symbol_of(part.expr[1], part.scope, part.file, ctx) == "pydantic.Field"


def metadata(field: ClassField, ctx: Context) -> Iterator[Part]:
    """The value of a field, and what `Annotated` says of it besides its type."""
    if field.value is not None:
        yield Part(field.value, field.qualname, ctx.file, "")
    yield from metadata_of(field.annotation or ("other",), field.qualname, ctx)


def other_metadata(field: ClassField, ctx: Context) -> bool:
    """Whether `Annotated` says more of a field than `Field` does: a validator perhaps."""
    data = metadata_of(field.annotation or ("other",), field.qualname, ctx)
    return not all(is_field_call(part, ctx) for part in data)


def has_no_default(field: ClassField, ctx: Context) -> bool:
    """Whether a field is certainly declared without any default."""
    calls = list(field_calls_of(field, ctx))
    if field.value is not None and field.value not in calls:
        return False
    return not any(call[2] or {name for name, _ in call[3]} & DEFAULTS for call in calls)


def default_of(field: ClassField, ctx: Context) -> Expr | None:
    """The expression of the default, in whatever form it is given."""
    calls = list(field_calls_of(field, ctx))
    given: list[Expr] = [value for call in calls for value in (*call[2][:1], dict(call[3]).get("default")) if value]
    return given[0] if given else None if field.value in calls else field.value


def names_of(field: ClassField, ctx: Context) -> frozenset[str] | None:
    """The names under which a value may be given; None where they cannot be told."""
    names = {field.name}
    for call in field_calls_of(field, ctx):
        for word, value in call[3]:
            if word == "" or (word in ALIASES and (value[0] != "const" or not isinstance(value[1], str | None))):
                return None
            if word in ALIASES and value[1]:
                names.add(value[1])
    return frozenset(names)


def admits_none(field: ClassField, ctx: Context) -> bool:
    """Whether v1 took a field without a default for one that is None."""
    symbols = {part.symbol for part in parts_of(field.annotation or ("other",), field.qualname, ctx)}
    return ("None" in symbols and len(symbols) > 1) or (bool(symbols) and symbols <= ANYTHING)


def is_table(cls: Kind, ctx: Context) -> bool:
    """Whether a SQLModel class is a table, which validates nothing."""
    scopes = [ctx.scope(each) for each in ctx.ancestry(cls).classes if each.file]
    return any(word == "table" for scope in scopes if scope for word, _ in scope.keywords)


def mentions(expr: object, name: str) -> bool:
    """Whether a name stands anywhere in an expression, strings apart."""
    return expr == ("name", name) or (isinstance(expr, tuple) and any(mentions(part, name) for part in expr))
