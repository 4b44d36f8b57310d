"""The arguments of `Field()` and of the functions that make constrained types, in Pydantic 1 and 2.

Source: the signatures in `pydantic/fields.py` and `pydantic/types.py` of 1.10 and 2.14.
"""

from __future__ import annotations

FIELD = frozenset({
    "default", "default_factory", "alias", "alias_priority", "validation_alias", "serialization_alias", "title",
    "field_title_generator", "description", "examples", "exclude", "exclude_if", "discriminator", "deprecated",
    "json_schema_extra", "frozen", "validate_default", "repr", "init", "init_var", "kw_only", "pattern", "strict",
    "coerce_numbers_to_str", "gt", "ge", "lt", "le", "multiple_of", "allow_inf_nan", "max_digits", "decimal_places",
    "min_length", "max_length", "union_mode", "fail_fast",
})  # fmt: skip

BOUNDS = frozenset({"strict", "gt", "ge", "lt", "le", "multiple_of"})
SIZES = frozenset({"item_type", "min_length", "max_length"})
CONSTRAINED = {
    "conbytes": frozenset({"strict", "min_length", "max_length"}),
    "condate": BOUNDS - {"multiple_of"},
    "condecimal": BOUNDS | {"max_digits", "decimal_places", "allow_inf_nan"},
    "confloat": BOUNDS | {"allow_inf_nan"},
    "confrozenset": SIZES,
    "conint": BOUNDS,
    "conlist": SIZES,
    "conset": SIZES,
    "constr": frozenset({"strip_whitespace", "to_upper", "to_lower", "strict", "min_length", "max_length", "pattern",
                         "ascii_only"}),
}  # fmt: skip

KNOWN = {"Field": FIELD, **CONSTRAINED}
