"""Where code looks at an error of Pydantic as version 1 described it: by type, by its raw errors."""

# The old names are data here, not names that something is compared with.
# stackcheck: file-ignore[STK145]

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeGuard

from stackcheck import Analysis, Evaluator, Expr, Outline, Span, nodes_of, span_reader, uses

# Type of an error in version 1 -> in version 2; empty where there is none, or not one alone.
TYPES = {
    "type_error.arbitrary_type": "is_instance_of",
    "type_error.bool": "bool_parsing",
    "type_error.bytes": "bytes_type",
    "type_error.callable": "callable_type",
    "type_error.class": "is_type",
    "type_error.dataclass": "dataclass_type",
    "type_error.decimal": "decimal_parsing",
    "type_error.deque": "",
    "type_error.dict": "dict_type",
    "type_error.enum": "enum",
    "type_error.enum_instance": "enum",
    "type_error.float": "float_parsing",
    "type_error.frozenset": "frozen_set_type",
    "type_error.hashable": "is_hashable",
    "type_error.int_enum_instance": "enum",
    "type_error.integer": "int_parsing",
    "type_error.iterable": "iterable_type",
    "type_error.json": "json_type",
    "type_error.list": "list_type",
    "type_error.none.allowed": "none_required",
    "type_error.none.not_allowed": "",
    "type_error.not_none": "none_required",
    "type_error.path": "path_type",
    "type_error.pyobject": "import_error",
    "type_error.sequence": "",
    "type_error.set": "set_type",
    "type_error.str": "string_type",
    "type_error.subclass": "is_subclass_of",
    "type_error.tuple": "tuple_type",
    "type_error.uuid": "uuid_parsing",
    "value_error.any_str.max_length": "string_too_long",
    "value_error.any_str.min_length": "string_too_short",
    "value_error.color": "color_error",
    "value_error.const": "literal_error",
    "value_error.date": "date_from_datetime_parsing",
    "value_error.date.not_in_the_future": "date_future",
    "value_error.date.not_in_the_past": "date_past",
    "value_error.datetime": "datetime_from_date_parsing",
    "value_error.decimal.max_digits": "decimal_max_digits",
    "value_error.decimal.max_places": "decimal_max_places",
    "value_error.decimal.not_finite": "finite_number",
    "value_error.decimal.whole_digits": "decimal_whole_digits",
    "value_error.discriminated_union.invalid_discriminator": "union_tag_invalid",
    "value_error.discriminated_union.missing_discriminator": "union_tag_not_found",
    "value_error.duration": "time_delta_parsing",
    "value_error.email": "value_error",
    "value_error.extra": "extra_forbidden",
    "value_error.frozenset.max_items": "too_long",
    "value_error.frozenset.min_items": "too_short",
    "value_error.ipv4address": "ip_v4_address",
    "value_error.ipv4interface": "ip_v4_interface",
    "value_error.ipv4network": "ip_v4_network",
    "value_error.ipv6address": "ip_v6_address",
    "value_error.ipv6interface": "ip_v6_interface",
    "value_error.ipv6network": "ip_v6_network",
    "value_error.ipvanyaddress": "ip_any_address",
    "value_error.ipvanyinterface": "ip_any_interface",
    "value_error.ipvanynetwork": "ip_any_network",
    "value_error.json": "json_invalid",
    "value_error.jsondecode": "json_invalid",
    "value_error.list.max_items": "too_long",
    "value_error.list.min_items": "too_short",
    "value_error.list.unique_items": "",
    "value_error.missing": "missing",
    "value_error.number.not_finite_number": "finite_number",
    "value_error.number.not_ge": "greater_than_equal",
    "value_error.number.not_gt": "greater_than",
    "value_error.number.not_le": "less_than_equal",
    "value_error.number.not_lt": "less_than",
    "value_error.number.not_multiple": "multiple_of",
    "value_error.path.not_a_directory": "path_not_directory",
    "value_error.path.not_a_file": "path_not_file",
    "value_error.path.not_exists": "",
    "value_error.payment_card_number.digits": "payment_card_number_digits",
    "value_error.payment_card_number.invalid_length_for_brand": "payment_card_number_brand",
    "value_error.payment_card_number.luhn_check": "payment_card_number_luhn",
    "value_error.regex_pattern": "pattern_regex",
    "value_error.set.max_items": "too_long",
    "value_error.set.min_items": "too_short",
    "value_error.str.regex": "string_pattern_mismatch",
    "value_error.strictbool": "bool_type",
    "value_error.time": "time_parsing",
    "value_error.tuple.length": "",
    "value_error.url": "url_parsing",
    "value_error.url.extra": "url_parsing",
    "value_error.url.host": "url_parsing",
    "value_error.url.port": "url_parsing",
    "value_error.url.scheme": "url_scheme",
    "value_error.url.userinfo": "url_parsing",
    "value_error.uuid.version": "uuid_version",
}
FORM = re.compile(r"(?:value|type)_error\.[\w.]+")
ASKED = {"model", "raw_errors"}
MODEL = re.compile(r"\.model\b")


class ErrorType(NamedTuple):
    """A type of version 1 that an error is compared with, or that a test expects."""

    text: str
    span: Span


class ErrorPart(NamedTuple):
    """`error.name`, to be reported if `error` is a validation error."""

    error: Expr
    name: str
    scope: str
    span: Span


class OwnType(NamedTuple):
    """A type that the project gives to errors of its own, as `PydanticCustomError(type, …)` does."""

    text: str


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ErrorType | ErrorPart | OwnType]:
    span = span_reader(text)
    if "CustomError" in text:
        yield from map(OwnType, own_types(tree))
    if "value_error." in text or "type_error." in text:
        yield from (ErrorType(str(node.value), span(node)) for node in types_in(tree))
    if "raw_errors" in text or ("ValidationError" in text and MODEL.search(text)):
        for use in uses(tree, outline, owner_of):
            assert isinstance(use.node, ast.Attribute)
            yield ErrorPart(use.value, use.node.attr, use.scope, span(use.node))


def own_types(tree: ast.Module) -> Iterator[str]:
    for node in nodes_of(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(text)), *_]):
                if name.endswith("CustomError"):
                    yield text


def owner_of(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.Attribute) and node.attr in ASKED and isinstance(node.ctx, ast.Load):
        return node.value
    return None


def types_in(tree: ast.AST) -> Iterator[ast.Constant]:
    """The strings that are evidently types of errors.

    An error that a `raise` or a call is given, as the answer of a mocked server, is somebody's own.
    """
    stack: list[tuple[ast.AST, bool]] = [(tree, False)]
    while stack:
        node, given = stack.pop()
        match node:
            case ast.Raise():
                continue
            case ast.Compare(left=left, comparators=others):
                given = False
                sides = [left, *others]
                asked = any(map(is_type_of_error, sides))
                for side in sides:
                    items = side.elts if isinstance(side, (ast.Tuple, ast.List, ast.Set)) else [side]
                    yield from (item for item in items if is_type(item, certain=asked))
            case ast.Dict(keys=keys, values=values):
                named = {key.value: value for key, value in zip(keys, values, strict=True)
                         if isinstance(key, ast.Constant)}  # fmt: skip
                kind = named.get("type")
                if is_type(kind) and {"loc", "msg"} & named.keys() and not given:
                    yield kind
                yield from (key for key in keys if is_type(key))
            case ast.MatchValue(value=value) if is_type(value):
                yield value
            case ast.Call(func=ast.Attribute(attr="startswith", value=owner), args=[ast.Constant() as start, *_]):
                if is_type_of_error(owner) and str(start.value).startswith(("value_error.", "type_error")):
                    yield start
            case ast.Call(func=ast.Attribute(attr="parametrize")):
                pass
            case ast.Call():
                given = True
        stack.extend((child, given) for child in reversed(list(ast.iter_child_nodes(node))))


def is_type_of_error(node: ast.expr) -> bool:
    """`error["type"]`, `error.get("type")`."""
    match node:
        case ast.Subscript(slice=ast.Constant(value="type")):
            return True
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value="type"), *_]):
            return True
    return False


def is_type(node: ast.expr | None, *, certain: bool = False) -> TypeGuard[ast.Constant]:
    """Whether an expression is a type that version 1 documented, or looks like one where only such can be."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    return node.value in TYPES or (certain and FORM.fullmatch(node.value) is not None)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]) -> Mapping[str, bool]:
    """The types that the project gives to errors of its own."""
    return {fact.text: True for each in facts.values() for fact in each if isinstance(fact, OwnType)}


error_types = Analysis("error-types", collect, merge)
