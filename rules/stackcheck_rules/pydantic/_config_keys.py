"""The options of a model's configuration: what became of each in v2, and how `model_config` says it.

Source: pydantic/_internal/_config.py (V2_RENAMED_KEYS, V2_REMOVED_KEYS, config_defaults) and ConfigDict of 2.14,
SettingsConfigDict of pydantic-settings 2.16, BaseConfig and BaseSettings.Config of 1.10.
"""

from __future__ import annotations

from typing import NamedTuple

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
    "json_schema_serialization_defaults_required", "loc_by_alias", "model_title_generator", "plugin_settings",
    "polymorphic_serialization", "populate_by_name", "protected_namespaces", "regex_engine", "revalidate_instances",
    "schema_generator", "ser_json_bytes", "ser_json_inf_nan", "ser_json_temporal", "ser_json_timedelta",
    "serialize_by_alias", "str_max_length", "str_min_length", "str_strip_whitespace", "str_to_lower", "str_to_upper",
    "strict", "title", "url_preserve_empty_path", "use_attribute_docstrings", "use_enum_values", "val_json_bytes",
    "val_temporal_unit", "validate_assignment", "validate_by_alias", "validate_by_name", "validate_default",
    "validate_return", "validation_error_cause",
}  # fmt: skip
SETTINGS = {
    "case_sensitive", "cli_avoid_json", "cli_enforce_required", "cli_exit_on_error", "cli_flag_prefix_char",
    "cli_hide_none_type", "cli_ignore_unknown_args", "cli_implicit_flags", "cli_kebab_case", "cli_parse_args",
    "cli_parse_none_str", "cli_prefix", "cli_prog_name", "cli_shortcuts", "cli_show_env_vars",
    "cli_use_class_docs_for_groups", "dotenv_filtering", "enable_decoding", "env_file", "env_file_depth",
    "env_file_encoding",
    "env_ignore_empty", "env_nested_delimiter", "env_nested_max_split", "env_parse_enums", "env_parse_none_str",
    "env_prefix", "env_prefix_target", "json_file", "json_file_encoding", "nested_model_default_partial_update",
    "pyproject_toml_depth", "pyproject_toml_table_header", "secrets_dir", "toml_file", "yaml_config_section",
    "yaml_file", "yaml_file_encoding",
}  # fmt: skip
# Removed without a successor: what to do instead.
REMOVED = {
    "copy_on_model_validation": "models are never copied; copy where a copy is needed",
    "error_msg_templates": "raise `PydanticCustomError` in a validator, or translate `errors()`",
    "fields": "set the options in the `Field()` of each attribute",
    "get_field_info": "set the options in the `Field()` of each attribute",
    "getter_dict": 'build a mapping in a `@model_validator(mode="before")`',
    "json_dumps": 'call `json.dumps` on `model_dump(mode="json")` where the text must be that',
    "json_loads": "parse the text first and call `model_validate`",
    "post_init_call": "`__post_init__` is always called after validation",
    "prepare_field": "change the annotations and the `Field()` of the attributes",
    "smart_union": 'set `union_mode="left_to_right"` on the field',
    "underscore_attrs_are_private": "annotate with `ClassVar` what is not to be private",
}
# Removed options that v2 always follows, where they were set to this.
ALWAYS = {
    ("allow_mutation", "True"),
    ("copy_on_model_validation", "'none'"),
    ("copy_on_model_validation", '"none"'),
    ("copy_on_model_validation", "False"),
    ("error_msg_templates", "{}"),
    ("fields", "{}"),
    ("smart_union", "True"),
    ("underscore_attrs_are_private", "True"),
}
OLD = {*RENAMED, *REMOVED, "allow_mutation"}
# What BaseConfig of 1.10 has where nothing is set, as it is written under v2.
DEFAULTS = {
    "alias_generator": "None",
    "allow_inf_nan": "True",
    "arbitrary_types_allowed": "False",
    "extra": '"ignore"',
    "from_attributes": "False",
    "frozen": "False",
    "ignored_types": "()",
    "json_encoders": "{}",
    "json_schema_extra": "{}",
    "str_max_length": "None",
    "str_min_length": "0",
    "str_strip_whitespace": "False",
    "str_to_lower": "False",
    "str_to_upper": "False",
    "title": "None",
    "use_enum_values": "False",
    "validate_assignment": "False",
    "validate_by_name": "False",
    "validate_default": "False",
}
VALIDATE_BY_NAME = "2.11"  # the release that brought it; before, and since, `populate_by_name`
SAME = {"populate_by_name", "validate_by_name"}


class Became(NamedTuple):
    """What an option and its value are in v2; no name where nothing needs to be said any more."""

    name: str
    code: str
    unsafe: bool = False


def became(key: str, code: str, by_name: str, *, settings: bool = False) -> Became | None:
    """An option in v2's words; None for what v2 does not know. `by_name` is what it calls that option."""
    if (key, code) in ALWAYS:
        return Became("", "")
    if key == "allow_mutation" and code == "False":
        # `frozen` also makes the model hashable and raises another exception.
        return Became("frozen", "True", unsafe=True)
    if key == "copy_on_model_validation" and code.strip("\"'") in {"shallow", "True"}:
        return Became("", "", unsafe=True)  # only who holds the same object can tell
    name = by_name if RENAMED.get(key, key) == "validate_by_name" else RENAMED.get(key, key)
    return Became(name, code) if name in KEPT or (settings and name in SETTINGS) else None
