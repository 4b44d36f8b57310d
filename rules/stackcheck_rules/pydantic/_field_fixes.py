"""What becomes of each argument that `Field()` had in Pydantic 1 and has no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stackcheck import Applicability, Context, Expr, Fix, Kind, TextEdit
from stackcheck_rules.analyses.field_calls import Argument, FieldCall
from stackcheck_rules.analyses.model_configs import setting_of
from stackcheck_rules.pydantic._annotations import CONTAINER_HOMES, CONTAINERS, parts_of, plain_type, typing_name
from stackcheck_rules.pydantic._arguments import extent, gather, remove, rename, source, value_code
from stackcheck_rules.pydantic._patterns import pattern_of

NOTHING: Expr = ("const", None)
TRUE: Expr = ("const", True)
FALSE: Expr = ("const", False)
CONSTRAINTS = {"gt", "ge", "lt", "le", "multiple_of", "allow_inf_nan", "max_digits", "decimal_places", "min_items",
               "max_items", "min_length", "max_length", "regex", "pattern", "unique_items", "discriminator",
               "strict", "**"}  # fmt: skip
STR = "builtins.str"
TEXT = {STR, "None", "pydantic.constr", "pydantic.StrictStr"}
NOT_TEXT = {f"{home}.{name}" for home in CONTAINER_HOMES for name in CONTAINERS} | {"builtins.int", "builtins.float"}
CASES = ("anystr_lower", "anystr_upper", "str_to_lower", "str_to_upper")
Mend = Callable[[Argument, FieldCall, Context], Fix | None]


def named(call: FieldCall, name: str) -> Argument | None:
    return next((argument for argument in call.arguments if argument.name == name), None)


def one_edit(edit: TextEdit | None, title: str, safety: Applicability = "safe") -> Fix | None:
    return Fix((edit,), title, applicability=safety) if edit else None


def without(argument: Argument, call: FieldCall, ctx: Context) -> Fix | None:
    return one_edit(remove(argument, call, ctx), f"Leave `{argument.name}` out")


def renamed(name: str) -> Mend:
    def mend(argument: Argument, call: FieldCall, ctx: Context) -> Fix | None:
        if named(call, name):
            return without(argument, call, ctx)  # v2 looks at the new name only
        return one_edit(rename(argument, name, ctx), f"Rename `{argument.name}` to `{name}`")

    return mend


def mutation(argument: Argument, call: FieldCall, ctx: Context) -> Fix | None:
    if argument.value == TRUE:
        return without(argument, call, ctx)
    if argument.value != FALSE or named(call, "frozen"):
        return None
    start, end = extent(argument.span, ctx)
    return one_edit(TextEdit(start, end, "frozen=True"), "Replace `allow_mutation=False` by `frozen=True`")


def pattern(argument: Argument, call: FieldCall, ctx: Context) -> Fix | None:
    declared = {part.symbol for part in parts_of(call.declared.annotation, call.scope, ctx)} if call.declared else {STR}
    if named(call, "pattern") or len(declared - {"None"}) != 1 or not declared.isdisjoint(NOT_TEXT):
        return None  # v2 would search the pattern in what is no text as well
    new = pattern_of(source(argument.value_span, ctx), argument.value, call.scope, ctx)
    if new is None:
        return None
    # v1 changed the case first, v2 does it last.
    words = (named(call, "to_lower"), named(call, "to_upper"))
    cased = any(word and word.value != FALSE for word in words) or changes_case(call, ctx)
    safety: Applicability = "safe" if new.exact and not cased and declared <= TEXT else "unsafe"
    start, end = extent(argument.value_span, ctx)
    edits = (rename(argument, "pattern", ctx), TextEdit(start, end, new.code))
    return Fix(edits, "Replace `regex` by `pattern`", new.imports, safety)


def changes_case(call: FieldCall, ctx: Context) -> bool:
    return bool(call.scope) and setting_of(Kind("class", call.scope, ctx.file), CASES, ctx) is not None


def literal(argument: Argument, call: FieldCall, ctx: Context) -> Fix | None:
    """`kind: Literal["cat"] = "cat"` for `kind: str = Field("cat", const=True)`."""
    default = next((one for one in call.arguments if one.name in {"", "default"}), None)
    if argument.value == FALSE:
        return without(argument, call, ctx)
    left = [one for one in call.arguments if one not in (argument, default)]
    if argument.value != TRUE or default is None or call.declared is None or {one.name for one in left} & CONSTRAINTS:
        return None
    removal = remove(argument, call, ctx)
    plain = plain_type(call.declared.annotation, call.scope, ctx)
    if plain.startswith(("typing.Literal", "typing_extensions.Literal")):
        return one_edit(removal, "Leave `const` out")
    name = typing_name("Literal", ctx)
    if name is None or removal is None or not is_literal(default.value, call.scope, ctx):
        return None
    value = source(default.value_span, ctx)
    start, end = extent(call.declared.span, ctx)
    annotation = TextEdit(start, end, f"{name.code}[{value}]")
    # Alone, the default needs no `Field`.
    whole = extent(call.span, ctx)
    edits = (annotation, removal if left else TextEdit(whole.start, whole.end, value))
    exact = plain == "builtins.str" and isinstance(default.value[1], str) and not is_number(default.value[1])
    return Fix(edits, "Declare a `Literal`", name.requests, "safe" if exact else "unsafe")


def is_literal(value: Expr, scope: str, ctx: Context) -> bool:
    """Whether `Literal[…]` may hold a value."""
    match value:
        case ("const", bool() | int() | str() as held) if held not in {"", "..."}:
            return True
        case ("attr", owner, _):
            return is_enum(ctx.kind(owner, scope), ctx)
    return False


def is_enum(cls: Kind, ctx: Context) -> bool:
    scope = ctx.scope(cls) if cls.word == "class" else None
    return scope is not None and any(
        ctx.symbol(base, scope.parent, cls.file).startswith("enum.") for base in scope.bases
    )


def is_number(text: str) -> bool:
    """Whether some number would be turned into this text."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def extras(arguments: Sequence[Argument], call: FieldCall, ctx: Context) -> Fix | None:
    """Unknown arguments as `json_schema_extra`, which is what Pydantic 2 makes of them for now."""
    given = named(call, "json_schema_extra")
    title = "Put it into `json_schema_extra`"
    if given is None:
        edits = gather(arguments, "json_schema_extra", call, ctx)
        return Fix(edits, title) if edits else None
    # Given both, v2 drops the others.
    code = value_code(given, ctx)
    removals = [remove(argument, call, ctx) for argument in arguments]
    if given.value[0] != "dict" or "**" in code or any(one.keys or one.name in code for one in arguments):
        return None
    if len(removals) > 1 or removals[0] is None or "\n" in code:
        return None
    start, end = extent(given.value_span, ctx)
    entries = ", ".join(f'"{one.name}": {value_code(one, ctx)}' for one in arguments)
    before = ctx.text[start : end - 1].rstrip().rstrip(",")
    new = f"{before}{', ' if given.value[1] else ''}{entries}}}"
    return Fix((removals[0], TextEdit(start, end, new)), title, applicability="unsafe")


MEND: dict[str, Mend] = {
    "allow_mutation": mutation,
    "const": literal,
    "max_items": renamed("max_length"),
    "min_items": renamed("min_length"),
    "regex": pattern,
    "unique_items": lambda argument, call, ctx: without(argument, call, ctx) if argument.value == FALSE else None,
    "include": lambda argument, call, ctx: without(argument, call, ctx) if argument.value == NOTHING else None,
}
