"""The options of `class Config`: what became of each in v2, and how `model_config` says it.

Source: pydantic/_internal/_config.py (V2_RENAMED_KEYS, V2_REMOVED_KEYS) and the ConfigDict page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from stackcheck import Context

RENAMED = {
    "allow_population_by_field_name": "validate_by_name",
    "anystr_lower": "str_to_lower",
    "anystr_strip_whitespace": "str_strip_whitespace",
    "anystr_upper": "str_to_upper",
    "keep_untouched": "ignored_types",
    "max_anystr_length": "str_max_length",
    "min_anystr_length": "str_min_length",
    "orm_mode": "from_attributes",
    "schema_extra": "json_schema_extra",
    "validate_all": "validate_default",
}
KEPT = {
    "alias_generator", "allow_inf_nan", "arbitrary_types_allowed", "cache_strings", "coerce_numbers_to_str",
    "defer_build", "extra", "field_title_generator", "from_attributes", "frozen", "hide_input_in_errors",
    "ignored_types", "json_encoders", "json_schema_extra", "json_schema_mode_override",
    "json_schema_serialization_defaults_required", "loc_by_alias", "model_title_generator", "populate_by_name",
    "protected_namespaces", "regex_engine", "revalidate_instances", "ser_json_bytes", "ser_json_inf_nan",
    "ser_json_timedelta", "serialize_by_alias", "str_max_length", "str_min_length", "str_strip_whitespace",
    "str_to_lower", "str_to_upper", "strict", "title", "use_attribute_docstrings", "use_enum_values",
    "val_json_bytes", "validate_assignment", "validate_by_alias", "validate_by_name", "validate_default",
    "validate_return", "validation_error_cause",
}  # fmt: skip
SETTINGS = {"case_sensitive", "env_file", "env_file_encoding", "env_nested_delimiter", "env_prefix", "secrets_dir"}
# Options that v2 dropped because it always does what this value asked for.
ALWAYS = {
    ("allow_mutation", "True"),
    ("copy_on_model_validation", "'none'"),
    ("copy_on_model_validation", '"none"'),
    ("smart_union", "True"),
    ("underscore_attrs_are_private", "True"),
}
VALIDATE_BY_NAME = "2.11"  # the release that brought it; before, and since, `populate_by_name`


class Setting(NamedTuple):
    """One line of the class as an argument; `code` is empty where v2 needs no such option."""

    code: str
    above: tuple[str, ...] = ()
    beside: str = ""
    unsafe: bool = False


def settings_of(model: cst.ClassDef, config: cst.ClassDef, ctx: Context) -> list[Setting] | None:
    """The options that a `class Config` sets; None where it is more than a list of options."""
    if config.decorators or config.keywords or not all(is_known_base(base, model, ctx) for base in config.bases):
        return None
    if not isinstance(config.body, cst.IndentedBlock):
        # `class Config: orm_mode = True`
        parts = [part for part in config.body.body if isinstance(part, cst.BaseSmallStatement)]
        lines = [cst.SimpleStatementLine([part]) for part in parts]
    else:
        lines = [line for line in config.body.body if isinstance(line, cst.SimpleStatementLine)]
        if len(lines) != len(config.body.body):
            return None
    settings: list[Setting] = []
    names: set[str] = set()
    for line in lines:
        if len(line.body) != 1:
            return None
        setting = setting_of(line, model, config, ctx)
        if setting is None:
            return None
        name = setting.code.partition("=")[0]
        if name and name in names:
            return None
        names.add(name)
        settings.append(setting)
    return settings


def is_known_base(base: cst.Arg, model: cst.ClassDef, ctx: Context) -> bool:
    """Whether a base of the class adds nothing: `BaseConfig`, or the `Config` of a base of the model."""
    if ctx.symbol(base.value) in {"pydantic.BaseConfig", "pydantic.config.BaseConfig", "pydantic.main.BaseConfig"}:
        return True
    match base.value:
        case cst.Attribute(value=owner, attr=cst.Name(value="Config")):
            # Pydantic v2 merges the options of the base classes into `model_config` by itself.
            return ctx.kind(owner) in ctx.ancestry(ctx.kind(model)).classes[1:]
    return False


def setting_of(
    line: cst.SimpleStatementLine, model: cst.ClassDef, config: cst.ClassDef, ctx: Context
) -> Setting | None:
    above, beside = tuple(comments_above(line)), comment_of(line.trailing_whitespace)
    match line.body[0]:
        case cst.Pass() | cst.Expr(value=cst.Ellipsis()):
            return Setting("", above, beside)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=key))], value=value):
            pass
        case cst.AnnAssign(target=cst.Name(value=key), value=cst.BaseExpression() as value):
            pass
        case _:
            return None
    if is_bound_in_class(value, model, config, ctx):
        return None
    code = ctx.code(value)
    if (key, code) in ALWAYS:
        return Setting("", above, beside)
    if key == "allow_mutation" and code == "False":
        return Setting("frozen=True", above, beside, unsafe=True)
    if key == "extra":
        code = literal_extra(value, ctx) or code
    if key == "schema_extra" and not isinstance(value, (cst.Dict, cst.Name)):
        return None
    name = RENAMED.get(key, key)
    if name == "validate_by_name" and not ctx.allows("pydantic", VALIDATE_BY_NAME):
        name = "populate_by_name"
    known = name in KEPT or (name in SETTINGS and ctx.instance(ctx.kind(model)).word == "settings")
    return Setting(f"{name}={code}", above, beside) if known else None


def literal_extra(value: cst.BaseExpression, ctx: Context) -> str:
    """`"forbid"` for `Extra.forbid`, which v2 keeps only for old code; empty for anything else."""
    symbol = ctx.symbol(value)
    home, _, name = symbol.rpartition(".")
    return f'"{name}"' if home in {"pydantic.Extra", "pydantic.config.Extra", "pydantic.main.Extra"} else ""


def is_bound_in_class(value: cst.BaseExpression, model: cst.ClassDef, config: cst.ClassDef, ctx: Context) -> bool:
    """Whether a name in the value means something else in the body of the model than in `Config`."""
    names = {name.value for name in ctx.below(value, cst.Name)}
    scopes = [ctx.outline.scopes[ctx.qualname(owner)] for owner in (model, config)]
    return any(names & scope.bindings.keys() for scope in scopes)


def statement(function: str, settings: list[Setting], config: cst.ClassDef, ctx: Context) -> cst.BaseStatement:
    """`model_config = ConfigDict(…)`, over several lines where it is long or where comments stand."""
    lines = [*header_comments(config)]
    for setting in settings:
        lines += [*setting.above, f"{setting.code},{setting.beside and '  '}{setting.beside}"]
    lines += footer_comments(config)
    short = f"model_config = {function}({', '.join(setting.code for setting in settings)})"
    depth = len(ctx.default_indent) * ctx.qualname(config).count(".")
    commented = any(line.startswith("#") for line in lines) or any(setting.beside for setting in settings)
    code = short
    if commented or "\n" in short or depth + len(short) > ctx.line_length:
        code = "\n".join([f"model_config = {function}(", *(indented(line, ctx.default_indent) for line in lines), ")"])
    return cst.parse_statement(code, config=ctx.parser_config).with_changes(leading_lines=config.leading_lines)


def indented(code: str, indent: str) -> str:
    """Code one level deeper, except what stands inside a string over several lines."""
    if '"""' in code or "'''" in code:
        return f"{indent}{code}"
    return "\n".join(f"{indent}{line}" if line else line for line in code.split("\n"))


def comments_above(line: cst.SimpleStatementLine) -> Iterator[str]:
    return (above.comment.value for above in line.leading_lines if above.comment)


def comment_of(space: cst.TrailingWhitespace) -> str:
    return space.comment.value if space.comment else ""


def header_comments(config: cst.ClassDef) -> Iterator[str]:
    match config.body:
        case (
            cst.IndentedBlock(header=cst.TrailingWhitespace(comment=cst.Comment(value=comment)))
            | cst.SimpleStatementSuite(trailing_whitespace=cst.TrailingWhitespace(comment=cst.Comment(value=comment)))
        ):
            yield comment


def footer_comments(config: cst.ClassDef) -> list[str]:
    footer = config.body.footer if isinstance(config.body, cst.IndentedBlock) else ()
    return [line.comment.value for line in footer if line.comment]
