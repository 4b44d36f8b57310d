"""Names that Pydantic 2 keeps elsewhere, calls something else, or has a plain expression for.

Keys are the names where Pydantic 1 documented them; sources: `pydantic/_migration.py` of 2.14, the index
of 1.10, and what importing each name does under both.
"""

from __future__ import annotations

MOVED = {
    "pydantic.BaseSettings": "pydantic_settings.BaseSettings",
    "pydantic.FieldValidationInfo": "pydantic.ValidationInfo",
    "pydantic.PaymentCardNumber": "pydantic_extra_types.payment.PaymentCardNumber",
    "pydantic.PyObject": "pydantic.ImportString",
    "pydantic.color.Color": "pydantic_extra_types.color.Color",
    "pydantic.env_settings.BaseSettings": "pydantic_settings.BaseSettings",
    "pydantic.env_settings.EnvSettingsSource": "pydantic_settings.EnvSettingsSource",
    "pydantic.env_settings.InitSettingsSource": "pydantic_settings.InitSettingsSource",
    "pydantic.env_settings.SecretsSettingsSource": "pydantic_settings.SecretsSettingsSource",
    "pydantic.env_settings.SettingsError": "pydantic_settings.SettingsError",
    "pydantic.env_settings.SettingsSourceCallable": "pydantic_settings.PydanticBaseSettingsSource",
    "pydantic.error_wrappers.ValidationError": "pydantic.ValidationError",
    "pydantic.fields.Undefined": "pydantic_core.PydanticUndefined",
    "pydantic.fields.UndefinedType": "pydantic_core.PydanticUndefinedType",
    "pydantic.main.ModelMetaclass": "pydantic._internal._model_construction.ModelMetaclass",
    "pydantic.schema.default_ref_template": "pydantic.json_schema.DEFAULT_REF_TEMPLATE",
    "pydantic.schema.model_schema": "pydantic.json_schema.model_json_schema",
    "pydantic.types.PaymentCardBrand": "pydantic_extra_types.payment.PaymentCardBrand",
    "pydantic.types.PaymentCardNumber": "pydantic_extra_types.payment.PaymentCardNumber",
    "pydantic.types.PyObject": "pydantic.ImportString",
    "pydantic.typing.NoneType": "types.NoneType",
    "pydantic.typing.get_all_type_hints": "typing.get_type_hints",
    "pydantic.typing.get_args": "typing.get_args",
    "pydantic.typing.get_origin": "typing.get_origin",
    "pydantic.typing.is_typeddict": "typing.is_typeddict",
    "pydantic.utils.to_camel": "pydantic.alias_generators.to_pascal",
    "pydantic.utils.to_lower_camel": "pydantic.alias_generators.to_camel",
    "pydantic.utils.version_info": "pydantic.version.version_info",
    "pydantic_core.core_schema.FieldValidationInfo": "pydantic_core.core_schema.ValidationInfo",
}

# Where the new name came later than Pydantic 2.
SINCE = {
    "pydantic.FieldValidationInfo": "2.4",
    "pydantic_core.core_schema.FieldValidationInfo": "2.4",
}

# What came to the standard library with Python 3.10.
PYTHON_3_10 = frozenset({"pydantic.typing.NoneType", "pydantic.typing.is_typeddict"})

# Code that means the same; `{module.name}` is a name to import.
REPLACED = {
    "pydantic.NoneBytes": "bytes | None",
    "pydantic.NoneStr": "str | None",
    "pydantic.NoneStrBytes": "str | bytes | None",
    "pydantic.Required": "...",
    "pydantic.StrBytes": "str | bytes",
    "pydantic.compiled": "True",
    "pydantic.datetime_parse.StrBytesIntFloat": "str | bytes | int | float",
    "pydantic.datetime_parse.parse_date": "{pydantic.TypeAdapter}({datetime.date}).validate_python",
    "pydantic.datetime_parse.parse_datetime": "{pydantic.TypeAdapter}({datetime.datetime}).validate_python",
    "pydantic.datetime_parse.parse_duration": "{pydantic.TypeAdapter}({datetime.timedelta}).validate_python",
    "pydantic.datetime_parse.parse_time": "{pydantic.TypeAdapter}({datetime.time}).validate_python",
    "pydantic.fields.Required": "...",
    "pydantic.types.NoneBytes": "bytes | None",
    "pydantic.types.NoneStr": "str | None",
    "pydantic.types.NoneStrBytes": "str | bytes | None",
    "pydantic.types.OptionalDate": "{datetime.date} | None",
    "pydantic.types.OptionalInt": "int | None",
    "pydantic.types.OptionalIntFloat": "int | float | None",
    "pydantic.types.OptionalIntFloatDecimal": "int | float | {decimal.Decimal} | None",
    "pydantic.types.StrBytes": "str | bytes",
    "pydantic.types.StrIntFloat": "str | int | float",
    "pydantic.typing.AbstractSetIntStr": "{collections.abc.Set}[int | str]",
    "pydantic.typing.AnyCallable": "{collections.abc.Callable}[..., {typing.Any}]",
    "pydantic.typing.DictAny": "dict[{typing.Any}, {typing.Any}]",
    "pydantic.typing.DictIntStrAny": "dict[int | str, {typing.Any}]",
    "pydantic.typing.DictStrAny": "dict[str, {typing.Any}]",
    "pydantic.typing.IntStr": "int | str",
    "pydantic.typing.ListStr": "list[str]",
    "pydantic.typing.MappingIntStrAny": "{collections.abc.Mapping}[int | str, {typing.Any}]",
    "pydantic.typing.NoArgAnyCallable": "{collections.abc.Callable}[[], {typing.Any}]",
    "pydantic.typing.ReprArgs": "{collections.abc.Sequence}[tuple[str | None, {typing.Any}]]",
    "pydantic.typing.SetStr": "set[str]",
    "pydantic.typing.StrPath": "str | {os.PathLike}",
    "pydantic.typing.TupleGenerator": "{collections.abc.Generator}[tuple[str, {typing.Any}], None, None]",
    "pydantic.version.compiled": "True",
}

# The call itself must be rewritten: `_moved_calls` says how, and a message says this.
CALLED = {
    "pydantic.networks.stricturl": "UrlConstraints",
    "pydantic.schema.schema": "models_json_schema",
    "pydantic.stricturl": "UrlConstraints",
    "pydantic.typing.is_classvar": "ClassVar in (x, get_origin(x))",
}

# The new name does not do quite what the old one did.
UNSAFE = CALLED.keys() | {
    "pydantic.compiled",
    "pydantic.datetime_parse.parse_date",
    "pydantic.datetime_parse.parse_datetime",
    "pydantic.datetime_parse.parse_duration",
    "pydantic.datetime_parse.parse_time",
    "pydantic.env_settings.EnvSettingsSource",
    "pydantic.env_settings.InitSettingsSource",
    "pydantic.env_settings.SecretsSettingsSource",
    "pydantic.main.ModelMetaclass",
    "pydantic.schema.default_ref_template",
    "pydantic.schema.model_schema",
    "pydantic.typing.get_all_type_hints",
    "pydantic.typing.get_args",
    "pydantic.typing.get_origin",
    "pydantic.typing.is_typeddict",
    "pydantic.version.compiled",
}

# A class took the place of a callable's type: only in an annotation is the one as good as the other.
ANNOTATION_ONLY = frozenset({"pydantic.env_settings.SettingsSourceCallable"})

# Import name -> package, for homes that do not come with Pydantic.
PACKAGES = {"pydantic_settings": "pydantic-settings", "pydantic_extra_types": "pydantic-extra-types"}
# What Pydantic 2 still has under the old name too, with a warning.
STILL_THERE = frozenset(
    {"pydantic.PaymentCardNumber", "pydantic.color.Color", "pydantic.types.PaymentCardBrand",
     "pydantic.types.PaymentCardNumber"}
)  # fmt: skip

# Names that Pydantic 1's modules had only because they imported them, by the module they come from.
BORROWED = {
    "collections": "OrderedDict defaultdict deque",
    "datetime": "date datetime time timedelta timezone",
    "decimal": "Decimal",
    "enum": "Enum IntEnum",
    "ipaddress": "IPv4Address IPv4Interface IPv4Network IPv6Address IPv6Interface IPv6Network",
    "os": "PathLike",
    "pathlib": "Path",
    "pydantic": (
        "AnyUrl BaseConfig BaseModel EmailStr Extra Field Json NameEmail PrivateAttr SecretBytes SecretStr StrictBytes "
        "StrictStr conbytes condecimal confloat confrozenset conint conlist conset constr create_model"
    ),
    "pydantic.fields": "FieldInfo ModelPrivateAttr",
    "typing": (
        "AbstractSet Annotated Any Callable ClassVar Collection Counter DefaultDict Deque Dict Final ForwardRef "
        "FrozenSet Generator Generic Hashable Iterable Iterator List Literal Mapping Match NamedTuple NewType NoReturn "
        "Optional Pattern Sequence Set TYPE_CHECKING Tuple Type TypeVar Union cast get_type_hints no_type_check "
        "overload"
    ),
    "uuid": "UUID",
}
