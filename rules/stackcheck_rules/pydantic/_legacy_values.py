"""What became of values that Pydantic 1 converted: by the type of the field and what is given for it."""

from __future__ import annotations

from stackcheck import Context, Expr, Kind
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.legacy_shapes import ClassNote, LegacyShape, legacy_shapes
from stackcheck_rules.analyses.model_configs import setting_of
from stackcheck_rules.pydantic._models import definer, is_model_class

DICTS = {"builtins.dict", "typing.Dict", "typing.Mapping", "collections.abc.Mapping"}
LISTS = {"builtins.list", "typing.List", "typing.Sequence", "collections.abc.Sequence"}
SCALARS = {"builtins.bool", "builtins.bytes", "builtins.float", "builtins.int", "builtins.str", "datetime.date",
           "datetime.datetime", "decimal.Decimal", "pydantic.UUID1", "pydantic.UUID3", "pydantic.UUID4",
           "pydantic.UUID5", "uuid.UUID"}  # fmt: skip
NONE: Expr = ("const", None)
TYPED = {
    ("builtins.str", "number"): "numbers are no longer made text",
    ("builtins.str", "fraction"): "numbers are no longer made text",
    ("builtins.int", "fraction"): "a fraction is no longer cut off",
}


def changed(shape: LegacyShape, ctx: Context) -> str:
    """What Pydantic 2 says of a literal that is passed to a model; empty where nothing is proven."""
    model = ctx.kind(shape.owner, shape.scope)
    if not is_model_class(model, ctx) or not model.file or is_guarded(model, ctx):
        return ""
    home = definer(model, shape.name, ctx)
    notes = ctx.annotations(home, shape.name) if home else ()
    if home is None or len(notes) != 1:
        return ""
    note = without_none(notes[0], home, ctx)
    base, inside = (note[1], note[2]) if note[0] == "index" else (note, None)
    symbol = ctx.symbol(base, home.symbol, home.file)
    if symbol == "builtins.str" and setting_of(model, ("coerce_numbers_to_str",), ctx) is not None:
        return ""
    called = ctx.symbol(shape.value[1], shape.scope) if shape.value[0] == "call" else ""
    if symbol in DICTS and shape.literal == "pairs":
        return "a list of pairs is no longer made a dictionary"
    if symbol == "builtins.str" and called == "decimal.Decimal":
        return TYPED[symbol, "number"]
    if symbol == "datetime.date" and ((shape.literal == "timed" and called == "datetime.datetime") or called in NOW):
        return "the time of day is no longer cut off"
    if symbol in LISTS and inside is not None and shape.value[0] in {"list", "tuple"}:
        return narrowed(inside, shape.value[1], shape, home, ctx)
    return TYPED.get((symbol, shape.literal), "") or narrowed(note, (shape.value,), shape, home, ctx)


def returned(shape: LegacyShape, ctx: Context) -> str:
    """What Pydantic 2 says of a number that an early validator gives a field; empty where nothing is proven."""
    model = Kind("class", shape.scope, ctx.file)
    home = definer(model, shape.name, ctx) if ctx.symbol(shape.owner, shape.scope) in EARLY else None
    notes = ctx.annotations(home, shape.name) if home else ()
    if home is None or len(notes) != 1 or not is_model_class(model, ctx):
        return ""
    symbol = ctx.symbol(without_none(notes[0], home, ctx), home.symbol, home.file)
    loose = symbol == "builtins.str" and setting_of(model, ("coerce_numbers_to_str",), ctx) is not None
    return "" if loose else TYPED.get((symbol, shape.literal), "")


EARLY = {"pydantic.field_validator", "pydantic.validator"}
NOW = {"datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"}


def narrowed(note: Expr, values: tuple[Expr, ...], shape: LegacyShape, home: Kind, ctx: Context) -> str:
    """Whether a field of one model is given an instance of a subclass with fields of its own."""
    declared = ctx.kind(note, home.symbol, home.file)
    if not is_model_class(declared, ctx) or not declared.file:
        return ""
    for value in values:
        made = ctx.kind(value, shape.scope)
        if made.word not in MODELS or not made.certain:
            continue
        classes = ctx.ancestry(Kind("class", made.symbol, made.file)).classes
        below = classes[: classes.index(declared)] if declared in classes else ()
        if any(cls.file and ctx.fact(legacy_shapes, (cls.file, cls.symbol)) for cls in below):
            return "it is dumped as the declared class, without the fields of its own"
    return ""


def notes_of(model: Kind, ctx: Context) -> list[ClassNote]:
    """What is noted of a class and of those above it."""
    notes = (ctx.fact(legacy_shapes, (cls.file, cls.symbol)) for cls in ctx.ancestry(model).classes if cls.file)
    return [note for note in notes if note is not None]


def is_guarded(model: Kind, ctx: Context) -> bool:
    """Whether a class, or one above it, may change its input before the fields are checked."""
    return not ctx.ancestry(model).whole or any(note.guarded for note in notes_of(model, ctx))


def becomes_private(name: str, model: Kind, ctx: Context) -> bool:
    """Whether a value of a class is a private attribute of its instances now."""
    if setting_of(model, ("underscore_attrs_are_private",), ctx) is not None:
        return False
    # Where a class above declares it a `ClassVar`, it stays one.
    declared = any(
        ctx.annotations(cls, name) not in {(), (("other",),)} for cls in ctx.ancestry(model).classes if cls.file
    )
    return not declared and any(name in note.private for note in notes_of(model, ctx))


def without_none(note: Expr, home: Kind, ctx: Context) -> Expr:
    """`T` for `Optional[T]` and `T | None`."""
    match note:
        case ("union", tuple(left), tuple(right)) if NONE in (left, right):
            return right if left == NONE else left
        case ("index", base, tuple(inside)) if ctx.symbol(base, home.symbol, home.file) == "typing.Optional":
            return inside
    return note


def is_choice(members: list[str]) -> bool:
    """Whether two types of a union convert what the other one takes."""
    return sum(member in SCALARS for member in members) > 1


def is_choice_of_text(members: list[str]) -> bool:
    """Whether a union of what comes as text has `str` behind a type that is made of text."""
    before = members[: members.index("builtins.str")] if "builtins.str" in members else []
    return any(member in SCALARS for member in before)


def unions_of(note: Expr, scope: str, ctx: Context) -> list[list[str]]:
    """The members of each union in an annotation."""
    members = members_of(note, scope, ctx)
    found = [[ctx.symbol(member, scope) for member in members]]
    for member in members:
        match member:
            case ("index", base, inside) if ctx.symbol(base, scope) in LISTS | DICTS:
                parts = inside[1] if inside[0] == "tuple" else (inside,)
                found += [each for part in parts for each in unions_of(part, scope, ctx)]
    return found


def members_of(note: Expr, scope: str, ctx: Context) -> tuple[Expr, ...]:
    match note:
        case ("union", left, right):
            return (*members_of(left, scope, ctx), *members_of(right, scope, ctx))
        case ("index", base, inside) if ctx.symbol(base, scope) in {"typing.Union", "typing.Optional"}:
            parts = inside[1] if inside[0] == "tuple" else (inside,)
            return tuple(member for part in parts for member in members_of(part, scope, ctx))
    return (note,)
