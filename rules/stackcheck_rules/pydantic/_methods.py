"""How each method of Pydantic 1's models is written for Pydantic 2, and at what safety.

Sources: `pydantic/main.py` of 2.14, where the deprecated methods say what they execute, and
https://docs.pydantic.dev/latest/migration/#changes-to-pydanticbasemodel.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from stackcheck import Applicability, Context, ImportRequest, Kind, Span
from stackcheck_rules.analyses.legacy_uses import Argument, LegacyUse
from stackcheck_rules.analyses.model_configs import UNREADABLE, is_set_anywhere, setting_of
from stackcheck_rules.pydantic._models import definer

Edits = tuple[tuple[Span, str], ...]
SCOPE = re.compile(r"[.#]")
LINE_END = re.compile(r"\r\n|\r|\n")
# What `model_copy` goes through, and the old `copy` did not.
COPIERS = {"__copy__", "__deepcopy__"}
# Said of a text, these are what is read anyway.
JSON = {"content_type": {"json", "application/json"}, "encoding": {"utf8", "utf-8"}}
DUMP = {"include", "exclude", "by_alias", "exclude_unset", "exclude_defaults", "exclude_none"}
NEW_NAMES = {
    "construct": "model_construct",
    "copy": "model_copy",
    "dict": "model_dump",
    "from_orm": "model_validate",
    "json": "model_dump_json",
    "parse_file": "model_validate_json",
    "parse_obj": "model_validate",
    "parse_raw": "model_validate_json",
    "schema": "model_json_schema",
    "schema_json": "model_json_schema",
    "update_forward_refs": "model_rebuild",
    "validate": "model_validate",
}


class Rewrite(NamedTuple):
    edits: Edits
    safety: Applicability = "safe"
    imports: tuple[ImportRequest, ...] = ()


def rewrite(use: LegacyUse, receiver: Kind, ctx: Context) -> Rewrite | None:
    """The edits that make Pydantic 2's call of an old one; None where no call says the same."""
    if calls_itself(use, receiver, ctx):
        return None
    if use.arguments is None:
        return reference(use, receiver, ctx)
    made = HANDLERS[use.name](use, receiver, ctx)
    if use.name == "schema_json":
        return made  # the whole call is written anew
    return made and made._replace(edits=((use.at, NEW_NAMES[use.name]), *made.edits))


def calls_itself(use: LegacyUse, receiver: Kind, ctx: Context) -> bool:
    """Whether the new method comes back to where the old one did the work: `copy` in a `__copy__`."""
    around = set(SCOPE.split(use.scope))
    if use.name == "copy" and (around & COPIERS or any(definer(receiver, name, ctx) for name in sorted(COPIERS))):
        return True
    return NEW_NAMES[use.name] in around and not use.owner_code.startswith("super(")


def reference(use: LegacyUse, receiver: Kind, ctx: Context) -> Rewrite | None:
    """A method that is passed on: `map(User.parse_obj, rows)`. Only a name can change."""
    renamed = ((use.at, NEW_NAMES[use.name]),)
    match use.name:
        case "schema_json" | "parse_file" | "update_forward_refs":
            return None
        case "from_orm" if not reads_attributes(receiver, ctx):
            return None
        case "dict" | "json" if is_set_anywhere("serialize_by_alias", ctx):
            return None
        case "schema" if is_set_anywhere("validate_by_alias", ctx):
            return None
        case "parse_raw" | "copy":
            return Rewrite(renamed, "unsafe")
    return Rewrite(renamed)


def dump(use: LegacyUse, receiver: Kind, ctx: Context) -> Rewrite | None:
    """`.dict()` and `.json()`: the same arguments, except what `json.dumps` took."""
    edits: list[tuple[Span, str]] = []
    safety: Applicability = "safe"
    given = {argument.name for argument in use.arguments or ()}
    for argument in use.arguments or ():
        match argument.name:
            case name if name in DUMP:
                continue
            case "skip_defaults" if "exclude_unset" not in given:
                edits.append((name_of(argument), "exclude_unset"))
            case "indent" if use.name == "json":
                safety = "unsafe"  # Pydantic 2 leaves other alphabets as they are, `json.dumps` escapes them
            case "ensure_ascii" if use.name == "json" and argument.code == "False":
                safety = "unsafe"
                edits.append(without(argument, use, ctx))
            case "*" | "**":  # neither method takes a value by its place: `*args` is empty
                safety = "unsafe"
            case _:
                return None
    if is_set_anywhere("serialize_by_alias", ctx) and "by_alias" not in given:
        if "**" in given:
            return None
        edits.append(added("by_alias=False", use))
    return Rewrite(tuple(edits), safety)


def copied(use: LegacyUse, receiver: Kind, ctx: Context) -> Rewrite | None:
    given = {argument.name for argument in use.arguments or ()}
    if not given <= {"deep", "update"}:
        return None
    extra = setting_of(Kind("class", receiver.symbol, receiver.file), ("extra",), ctx) if "update" in given else None
    open_to_more = extra is not None and (extra == UNREADABLE or "allow" in extra)
    return Rewrite((), "unsafe" if given == {"deep", "update"} or open_to_more else "safe")


def validated(use: LegacyUse, receiver: Kind, ctx: Context) -> Rewrite | None:
    match use.arguments:
        case (Argument(name="" | "obj"),):
            return Rewrite(())
        case (Argument(name="value") as only,) if use.name == "validate":
            return Rewrite(((name_of(only), "obj"),))
    return None


def from_object(use: LegacyUse, receiver: Kind, ctx: Context) -> Rewrite | None:
    match use.arguments:
        case (Argument(name="" | "obj"),) if reads_attributes(receiver, ctx):
            return Rewrite(())
        case (Argument(name="" | "obj"),):
            return Rewrite((added("from_attributes=True", use),), "unsafe")
    return None


def reads_attributes(receiver: Kind, ctx: Context) -> bool:
    cls = Kind("class", receiver.symbol, receiver.file)
    return setting_of(cls, ("from_attributes", "orm_mode"), ctx) == "True"


def raw(use: LegacyUse, receiver: Kind, ctx: Context) -> Rewrite | None:
    match use.arguments:
        case (Argument(name="" | "b") as first, *rest) if len(rest) < 2 and all(map(is_json, rest)):
            named = [(name_of(first), "json_data")] if first.name else []
            return Rewrite((*named, *(without(one, use, ctx) for one in rest)), "unsafe")
    return None


def is_json(argument: Argument) -> bool:
    """Whether an argument of `parse_raw` says what it reads without it: JSON, in UTF-8."""
    return argument.code.strip("\"'").lower() in JSON.get(argument.name, ())


def from_file(use: LegacyUse, receiver: Kind, ctx: Context) -> Rewrite | None:
    match use.arguments:
        case (Argument(name="" | "path") as only,) if (path := ctx.name("pathlib.Path", use.scope)) is not None:
            return Rewrite(((only.span, f"{path.code}({only.code}).read_bytes()"),), "unsafe", path.requests)
    return None


def constructed(use: LegacyUse, receiver: Kind, ctx: Context) -> Rewrite | None:
    return Rewrite(())


def schema(use: LegacyUse, receiver: Kind, ctx: Context) -> Rewrite | None:
    given = {argument.name for argument in use.arguments or ()}
    if not given <= {"", "by_alias", "ref_template"}:
        return None
    turned = is_set_anywhere("validate_by_alias", ctx) and not given & {"by_alias", ""}
    return Rewrite((added("by_alias=True", use),) if turned else ())


def schema_text(use: LegacyUse, receiver: Kind, ctx: Context) -> Rewrite | None:
    arguments = use.arguments or ()
    dumps = ctx.name("json.dumps", use.scope)
    if dumps is None or any(argument.name in {"", "*", "**"} for argument in arguments):
        return None
    whole = bool(ctx.outline.module.bindings.get("json")) or "dumps" not in ctx.outline.module.bindings
    code, requests = ("json.dumps", (ImportRequest("json"),)) if whole else (dumps.code, dumps.requests)
    inner = [f"{one.name}={one.code}" for one in arguments if one.name in {"by_alias", "ref_template"}]
    outer = [f"{one.name}={one.code}" for one in arguments if one.name not in {"by_alias", "ref_template"}]
    made = f"{use.owner_code}.model_json_schema({', '.join(inner)})"
    return Rewrite(((use.call, f"{code}({', '.join([made, *outer])})"),), imports=requests)


def rebuilt(use: LegacyUse, receiver: Kind, ctx: Context) -> Rewrite | None:
    arguments = use.arguments or ()
    if not arguments:
        return Rewrite(())
    match arguments:
        case (Argument(name="**") as only,):
            return Rewrite(((only.span, f"_types_namespace={only.code}"),), "unsafe")
    if any(argument.name in {"", "*", "**"} for argument in arguments):
        return None
    namespace = ", ".join(f'"{argument.name}": {argument.code}' for argument in arguments)
    first, last = arguments[0].span, arguments[-1].span
    around = Span(first.line, first.column, last.end_line, last.end_column)
    return Rewrite(((around, f"_types_namespace={{{namespace}}}"),), "unsafe")


HANDLERS: dict[str, Callable[[LegacyUse, Kind, Context], Rewrite | None]] = {
    "construct": constructed,
    "copy": copied,
    "dict": dump,
    "from_orm": from_object,
    "json": dump,
    "parse_file": from_file,
    "parse_obj": validated,
    "parse_raw": raw,
    "schema": schema,
    "schema_json": schema_text,
    "update_forward_refs": rebuilt,
    "validate": validated,
}


def name_of(argument: Argument) -> Span:
    """Where the name of a keyword argument stands."""
    start = argument.span
    return Span(start.line, start.column, start.line, start.column + len(argument.name))


def added(code: str, use: LegacyUse) -> tuple[Span, str]:
    """An argument more, after the last one."""
    last = (use.arguments or ())[-1:]
    if last:
        line, column = last[0].span.end_line, last[0].span.end_column
        return Span(line, column, line, column), f", {code}"
    line, column = use.call.end_line, use.call.end_column - 1
    return Span(line, column, line, column), code


def without(argument: Argument, use: LegacyUse, ctx: Context) -> tuple[Span, str]:
    """An argument less, with the comma that divides it from its neighbour, or with its line."""
    arguments = use.arguments or ()
    lines = LINE_END.split(ctx.text)
    first, last = lines[argument.span.line - 1], lines[argument.span.end_line - 1]
    alone = not first[: argument.span.column - 1].strip() and last[argument.span.end_column - 1 :].strip() in {"", ","}
    if alone:
        return Span(argument.span.line, 1, argument.span.end_line + 1, 1), ""
    at = arguments.index(argument)
    if at + 1 < len(arguments):
        after = arguments[at + 1].span
        return Span(argument.span.line, argument.span.column, after.line, after.column), ""
    if at:
        before = arguments[at - 1].span
        return Span(before.end_line, before.end_column, argument.span.end_line, argument.span.end_column), ""
    return argument.span, ""
