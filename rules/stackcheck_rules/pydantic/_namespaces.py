"""The names that Pydantic 2 keeps for itself, and how a model takes them back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import libcst as cst

from stackcheck import Context, Fix

# What v2 has, besides `model_config`, and what it still has for the code of v1.
METHODS = {"model_computed_fields", "model_construct", "model_copy", "model_dump", "model_dump_json", "model_extra",
           "model_fields", "model_fields_set", "model_json_schema", "model_parametrized_name", "model_post_init",
           "model_rebuild", "model_validate", "model_validate_json", "model_validate_strings"}  # fmt: skip
HIDDEN = {"construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema",
          "schema_json", "update_forward_refs", "validate"}  # fmt: skip
OPTION = "protected_namespaces"


def is_class_variable(field: cst.AnnAssign, ctx: Context) -> bool:
    note = field.annotation.annotation
    head = note.value if isinstance(note, cst.Subscript) else note
    return ctx.symbol(head).endswith(".ClassVar") or isinstance(note, cst.SimpleString | cst.ConcatenatedString)


def unprotected(model: cst.ClassDef, ctx: Context) -> Fix | None:
    """`model_config` with the option, which the model may have already in some form."""
    title = "Set `protected_namespaces=()`"
    bindings = ctx.outline.scopes[ctx.qualname(model)].bindings
    if "Config" in bindings or model.keywords or not isinstance(model.body, cst.IndentedBlock):
        return None
    if "model_config" in bindings:
        value = next((value for line in model.body.body for value in configs(line)), None)
        new = with_option(value) if value is not None else None
        return Fix({value: new}, title) if new is not None else None
    settings = ctx.instance(ctx.kind(model)).word == "settings"
    name = ctx.name("pydantic_settings.SettingsConfigDict" if settings else "pydantic.ConfigDict")
    if name is None or any(base.symbol == "pydantic.BaseSettings" for base in ctx.ancestry(ctx.kind(model)).classes):
        return None
    at = next(line for line in model.body.body if isinstance(line, cst.SimpleStatementLine) and not is_docstring(line))
    new_line = cst.parse_statement(f"model_config = {name.code}({OPTION}=())", config=ctx.parser_config)
    blank = cst.EmptyLine(indent=False)
    moved = at.with_changes(leading_lines=[blank, *(line for line in at.leading_lines if line.comment)])
    above = new_line.with_changes(leading_lines=[line for line in at.leading_lines if not line.comment])
    edits: dict[Any, Any] = {at: cst.FlattenSentinel([above, moved])}
    return Fix(edits, title, name.requests)


def is_docstring(line: cst.BaseStatement) -> bool:
    match line:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]):
            return True
    return False


def configs(line: cst.BaseStatement) -> list[cst.BaseExpression]:
    """What a statement gives `model_config`."""
    match line:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value="model_config"))], value=value)
                | cst.AnnAssign(target=cst.Name(value="model_config"), value=cst.BaseExpression() as value)
            ]
        ):
            return [value]
    return []


def with_option(value: cst.BaseExpression) -> cst.BaseExpression | None:
    """`ConfigDict(…)` or a dictionary with one entry more."""
    empty = cst.Tuple([])
    match value:
        case cst.Call(args=args) if all(arg.keyword for arg in args):
            last = cst.Arg(
                empty, cst.Name(OPTION), equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
            )
            return value.with_changes(args=appended(args, last, value.whitespace_before_args))
        case cst.Dict(elements=elements):
            entry = cst.DictElement(cst.SimpleString(f'"{OPTION}"'), empty)
            return value.with_changes(elements=appended(elements, entry, value.lbrace.whitespace_after))
    return None


Item = TypeVar("Item", cst.Arg, cst.BaseDictElement)


def appended(items: Sequence[Item], last: Item, opening: cst.BaseParenthesizableWhitespace) -> list[Item]:
    """Items with one more; a trailing comma and the line of each stay as they are."""
    if not items:
        return [last]
    *before, end = items
    space = opening if isinstance(opening, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace(" ")
    between = before[-1].comma if before else cst.Comma(whitespace_after=space)
    return [*before, end.with_changes(comma=between), last.with_changes(comma=end.comma)]
