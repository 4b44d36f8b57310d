"""`json_encoders` written as a `@field_serializer`, where that does exactly the same."""

from __future__ import annotations

from typing import NamedTuple

from stackcheck import Binding, Context, Expr, Fix, Kind, Scope, Span
from stackcheck_rules.analyses._config_encoders import Encoder
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.config_keys import ConfigKey
from stackcheck_rules.analyses.heirs import heirs

# Types whose encoders are well known not to apply to each other; below, those that come from one of them.
LEAVES = {
    "builtins.bool", "builtins.bytes", "builtins.float", "builtins.int", "builtins.str", "datetime.date",
    "datetime.datetime", "datetime.time", "datetime.timedelta", "decimal.Decimal", "typing.Any", "uuid.UUID",
}  # fmt: skip
ABOVE = {"datetime.datetime": {"datetime.date"}, "builtins.bool": {"builtins.int"}}
HOLDERS = {
    "builtins.dict", "builtins.frozenset", "builtins.list", "builtins.set", "builtins.tuple", "typing.Dict",
    "typing.FrozenSet", "typing.List", "typing.Optional", "typing.Sequence", "typing.Set", "typing.Tuple",
    "typing.Union",
}  # fmt: skip
SERIALIZERS = {"pydantic.computed_field", "pydantic.field_serializer", "pydantic.model_serializer"}
NONE = ("const", None)


class Field(NamedTuple):
    """A field of the model: `optional` if it may be None, `shown` if the JSON schema shows its default."""

    name: str
    note: Expr
    optional: bool
    shown: bool


def serializers(key: ConfigKey, ctx: Context) -> Fix | None:
    """Serializers for the fields of the class, where it alone has the encoders."""
    model = Kind("class", key.scope, ctx.file)
    scope = ctx.outline.scopes.get(key.scope)
    written = ctx.name("pydantic.field_serializer", key.scope)
    if key.form not in {"call", "model"} or scope is None or written is None or key.encoders is None:
        return None
    bound = scope.bindings.get("model_config", [])
    fields = fields_of(model, ctx)
    if fields is None or len(bound) != 1 or ctx.fact(heirs, (ctx.file, key.scope)) or not begins_in(key.at, bound[0]):
        return None
    groups = groups_of(key.encoders, fields, key.scope, ctx)
    if groups is None or "#" in source(bound[0].span, ctx) or has_serializers(key.scope, ctx):
        return None
    indent = " " * (bound[0].span.column - 1)
    functions = [function(encoder, group, scope, written.code, indent) for encoder, group in groups]
    edits = edits_of(key, bound[0], scope, functions, ctx)
    if edits is None or not all(functions):
        return None
    newline = "\r\n" if "\r\n" in ctx.text else "\n"
    changed = ctx.edits([(span, code.replace("\n", newline)) for span, code in edits])
    safe = not any(field.shown for _, group in groups for field in group)
    return Fix(changed, "Replace by `@field_serializer`", written.requests, "safe" if safe else "unsafe")


def begins_in(at: Span, binding: Binding) -> bool:
    return binding.span[:2] <= at[:2] < binding.span[2:]


def fields_of(model: Kind, ctx: Context) -> list[Field] | None:
    """The fields of a model and of its bases; None where one of them stands in another file."""
    ancestry = ctx.ancestry(model)
    if not ancestry.whole or any(cls.file not in {"", ctx.file} for cls in ancestry.classes):
        return None
    if any(not cls.file and cls.symbol != "pydantic.BaseModel" for cls in ancestry.classes):
        return None
    scopes = [ctx.outline.scopes[cls.symbol] for cls in ancestry.classes if cls.file]
    bound = {name: each[0] for scope in reversed(scopes) for name, each in scope.bindings.items()}
    notes = {name: one for name, one in bound.items() if one.annotation != ("other",) and name != "model_config"}
    return [field_of(name, one, model.symbol, ctx) for name, one in notes.items()]


def field_of(name: str, binding: Binding, scope: str, ctx: Context) -> Field:
    shown = "=" in source(binding.span, ctx) and binding.expr != NONE and not is_required(binding.expr, scope, ctx)
    match binding.annotation:
        case ("index", base, inside) if ctx.symbol(base, scope) == "typing.Optional":
            return Field(name, inside, True, shown)
        case ("union", inside, other) | ("union", other, inside) if other == NONE:
            return Field(name, inside, True, shown)
        case ("index", base, ("tuple", [inside, other])) if ctx.symbol(base, scope) == "typing.Union" and other == NONE:
            return Field(name, inside, True, shown)
    return Field(name, binding.annotation, False, shown)


def is_required(value: Expr, scope: str, ctx: Context) -> bool:
    """Whether a value is a `Field()` without a default, or with None."""
    match value:
        case ("call", called, positional, words) if ctx.symbol(called, scope) == "pydantic.Field":
            defaults = [*positional[:1], *(given for word, given in words if word in {"", "default"})]
            return all(given in {NONE, ("const", "...")} for given in defaults)
    return value == ("const", "...")


def groups_of(
    encoders: tuple[Encoder, ...], fields: list[Field], scope: str, ctx: Context
) -> list[tuple[Encoder, list[Field]]] | None:
    """The fields of each encoder; None where one may apply to a part of a field, or to no field that is known."""
    keys = [identity(encoder.type, scope, ctx) for encoder in encoders]
    if not all(keys):
        return None
    groups: dict[str, list[Field]] = {key: [] for key in keys}
    for field in fields:
        key = identity(field.note, scope, ctx)
        if key in groups:
            groups[key].append(field)
        elif not is_apart(field.note, set(keys), scope, ctx):
            return None
    if any(ABOVE.get(key, set()) & set(keys) for key in keys) or not all(groups.values()):
        return None
    return list(zip(encoders, groups.values(), strict=True)) if len(groups) == len(encoders) else None


def identity(note: Expr, scope: str, ctx: Context) -> str:
    """Which type an annotation names; empty where that is not known."""
    kind = ctx.kind(note, scope) if note[0] in {"name", "attr"} else None
    return f"{kind.symbol}:{kind.file}" if kind and kind.word in {"class", "external"} and kind.certain else ""


def is_apart(note: Expr, keys: set[str], scope: str, ctx: Context) -> bool:
    """Whether no encoder can apply to any part of what an annotation admits."""
    match note:
        case ("index", base, inside):
            parts = inside[1] if inside[0] == "tuple" else (inside,)
            return ctx.symbol(base, scope) in HOLDERS and all(is_apart(part, keys, scope, ctx) for part in parts)
        case ("union", left, right):
            return is_apart(left, keys, scope, ctx) and is_apart(right, keys, scope, ctx)
        case ("const", value):
            return value is None or value == "..."
    key = identity(note, scope, ctx)
    symbol, _, file = key.rpartition(":")
    if key in keys or not key:
        return False
    if file:  # another model encodes by its own configuration
        return ctx.instance(ctx.kind(note, scope)).word in MODELS
    plain = symbol in LEAVES and not {f"{above}:" for above in ABOVE.get(symbol, set())} & keys
    return plain or (symbol.startswith("pydantic.") and not any(other.startswith("builtins.") for other in keys))


def has_serializers(scope: str, ctx: Context) -> bool:
    functions = (each for each in ctx.outline.functions() if each.parent == scope)
    called = (deco[1] if deco[0] == "call" else deco for each in functions for deco in each.decorators)
    return any(ctx.symbol(deco, scope) in SERIALIZERS for deco in called)


def function(encoder: Encoder, fields: list[Field], scope: Scope, decorator: str, indent: str) -> str:
    """The serializer of some fields; empty where its name is taken."""
    name = f"serialize_{fields[0].name if len(fields) == 1 else encoder.code.rpartition('.')[2].lower()}"
    if name in scope.bindings:
        return ""
    names = ", ".join(f'"{field.name}"' for field in fields)
    when = "json-unless-none" if any(field.optional for field in fields) else "json"
    rows = [
        f'@{decorator}({names}, when_used="{when}")',
        f"def {name}(self, {encoder.param}: {encoder.code}):",
        f"    return {encoder.body}",
    ]
    return "\n".join(indent + row for row in rows)


def edits_of(
    key: ConfigKey, binding: Binding, scope: Scope, functions: list[str], ctx: Context
) -> list[tuple[Span, str]] | None:
    """The option taken away, with the whole statement where it was the only one; the functions at the end."""
    lines = ctx.text.replace("\r\n", "\n").split("\n")
    text, statement = "\n\n".join(functions), binding.span
    last = scope.span.end_line
    if key.others:
        end = Span(last, len(lines[last - 1]) + 1, last, len(lines[last - 1]) + 1)
        return [(key.cut, ""), (end, f"\n\n{text}")] if key.cut else None
    if statement.end_line == last:
        return [(statement, text.lstrip())]
    end = Span(last, len(lines[last - 1]) + 1, last, len(lines[last - 1]) + 1)
    start = statement.line
    while start > 1 and not lines[start - 2].strip():
        start -= 1
    return [(Span(start, 1, statement.end_line + 1, 1), ""), (end, f"\n\n{text}")]


def source(span: Span, ctx: Context) -> str:
    return "\n".join(ctx.text.replace("\r\n", "\n").split("\n")[span.line - 1 : span.end_line])
