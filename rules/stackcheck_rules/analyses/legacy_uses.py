"""Where code uses a name that Pydantic 1's models had: what it is used on, and how it is called."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Set
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, span_reader, uses, words_in
from stackcheck_rules.analyses._node_names import last_span
from stackcheck_rules.analyses._scoped_nodes import lines_of

METHODS = {
    "construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema", "schema_json",
    "update_forward_refs", "validate",
}  # fmt: skip
ATTRIBUTES = {"__fields__", "__fields_set__", "model_computed_fields", "model_fields"}
# Of these Pydantic 2 has nothing left, or a deprecated helper of the old `copy` and `dict`.
INTERNALS = {
    "__custom_root_type__", "__exclude_fields__", "__include_fields__", "__json_encoder__", "__post_root_validators__",
    "__pre_root_validators__", "__schema_cache__", "__try_update_forward_refs__", "__validators__",
    "_calculate_keys", "_copy_and_set_values", "_decompose_class", "_enforce_dict_if_root", "_get_value",
    "_init_private_attributes", "_iter",
}  # fmt: skip
# What a `ModelField` of Pydantic 1 had and a `FieldInfo` of Pydantic 2 has not.
FIELD_PARTS = {
    "allow_none", "class_validators", "field_info", "has_alias", "key_field", "model_config", "name", "outer_type_",
    "populate_validators", "post_validators", "pre_validators", "required", "shape", "sub_fields", "type_",
    "validate_always", "validators", "whole_post_validators", "whole_pre_validators",
}  # fmt: skip
OF_MODELS = METHODS | ATTRIBUTES | INTERNALS
# Common names stand in most files; they count where they follow a dot, those of fields beside models' fields.
MENTIONED = re.compile(rf"\.\s*(?:{'|'.join(sorted(OF_MODELS))})\b")
OF_FIELDS = re.compile(rf"\.\s*(?:{'|'.join(sorted(OF_MODELS | FIELD_PARTS))})\b")
FIELDS = {"__fields__", "model_fields", "ModelField"}


class Argument(NamedTuple):
    """`name` is empty for a positional one, `*` and `**` for what is unpacked; `span` is the whole of it."""

    name: str
    code: str
    span: Span
    value: Span


class LegacyUse(NamedTuple):
    """`receiver.name`, called with `arguments` (None: not called). `at` is the name, `whole` the attribute,
    `owner` the receiver, `call` the whole call; `inside` is the text around what is passed."""

    name: str
    scope: str
    receiver: Expr
    at: Span
    whole: Span
    owner: Span
    owner_code: str
    arguments: tuple[Argument, ...] | None
    call: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[LegacyUse]:
    about_fields = not FIELDS.isdisjoint(words_in(text))
    mentioned = OF_FIELDS if about_fields else MENTIONED
    lines = lines_of(text, (match.end() - 1 for match in mentioned.finditer(text)))
    if not lines:
        return
    names = OF_MODELS | FIELD_PARTS if about_fields else OF_MODELS
    span = span_reader(text)
    walrus = ":=" in text
    for use in uses(
        tree, outline, lambda node: receiver_of(node, names), kinds=(ast.Attribute,), lines=lines, walrus=walrus
    ):
        node = use.node
        assert isinstance(node, ast.Attribute)
        whole = span(node)
        call = use.parent if isinstance(use.parent, ast.Call) and use.parent.func is node else None
        at = last_span(whole, node.attr)
        arguments = tuple(arguments_of(call, span)) if call is not None else None
        around = span(call) if call is not None else whole
        code = ast.unparse(node.value)
        yield LegacyUse(node.attr, use.scope, use.value, at, whole, span(node.value), code, arguments, around)


def receiver_of(node: ast.AST, names: Set[str]) -> ast.expr | None:
    """What one of some names is used on."""
    if isinstance(node, ast.Attribute) and node.attr in names and isinstance(node.ctx, ast.Load):
        return node.value
    return None


def arguments_of(call: ast.Call, span: Callable[[ast.AST], Span]) -> Iterator[Argument]:
    for given in call.args:
        value = given.value if isinstance(given, ast.Starred) else given
        yield Argument("*" if given is not value else "", ast.unparse(value), span(given), span(value))
    for word in call.keywords:
        yield Argument(word.arg or "**", ast.unparse(word.value), span(word), span(word.value))


legacy_uses = Analysis("legacy-uses", collect, gate=OF_MODELS | {"ModelField"})
