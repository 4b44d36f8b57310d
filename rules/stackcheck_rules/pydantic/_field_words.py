"""What is said of each argument that `Field()` has lost."""

from __future__ import annotations

SAYS = {
    "allow_mutation": "`allow_mutation` of `Field` is deprecated; use `frozen` instead",
    "const": "`const` was removed from `Field`; declare a `Literal` instead",
    "exclude": "`exclude` of `Field` is a boolean in Pydantic v2; name what to leave out where the model is dumped",
    "final": "`final` is no argument of `Field` and only lands in the schema; annotate the field with `Final` instead",
    "include": "`include` of `Field` does nothing in Pydantic v2; exclude the other fields instead",
    "max_items": "`max_items` of `Field` is deprecated; use `max_length` instead",
    "min_items": "`min_items` of `Field` is deprecated; use `min_length` instead",
    "regex": "`regex` was removed from `Field`; use `pattern` instead",
    "unique_items": "`unique_items` was removed from `Field`; declare a set, or check it in a validator",
}
# Given as None these are passed over without a word.
SILENT = {"const", "unique_items", "min_items", "max_items", "allow_mutation", "regex"}
# Misspelt, and never more than a word in the schema.
MEANT = {"gte": "ge", "lte": "le", "maxlength": "max_length", "minlength": "min_length"}
ENVIRONMENT = {"env", "env_names"}
