"""What Pydantic and the libraries built on it give the table of kinds.

Sources: Pydantic's API index and `pydantic/_migration.py` (2.14), the index of 1.10, and the class
pages of the libraries named. A name that moved is known by the one spelling that Pydantic 1 documented.
"""

from __future__ import annotations

from collections.abc import Callable

from stackcheck import UNKNOWN, Arguments, Kind

# Instances of these words have BaseModel's methods; `v1-model` is `pydantic.v1`, which nothing touches.
MODELS = frozenset({"model", "settings", "sqlmodel"})

INSTANCES = {
    "pydantic.BaseModel": "model",
    "pydantic.RootModel": "model",
    "pydantic.generics.GenericModel": "model",
    "pydantic.BaseSettings": "settings",
    "pydantic_settings.BaseSettings": "settings",
    "pydantic.dataclasses.dataclass": "pydantic-dataclass",
    "pydantic.fields.ModelField": "model-field",
    "pydantic.v1.BaseModel": "v1-model",
    "pydantic.v1.BaseSettings": "v1-model",
    "pydantic.v1.generics.GenericModel": "v1-model",
    "beanie.Document": "model",
    "beanie.View": "model",
    "fastapi_camelcase.CamelModel": "model",
    "fastapi_filter.base.filter.BaseFilterModel": "model",
    "fastapi_filter.contrib.beanie.Filter": "model",
    "fastapi_filter.contrib.mongoengine.Filter": "model",
    "fastapi_filter.contrib.sqlalchemy.Filter": "model",
    "fastapi_mail.ConnectionConfig": "settings",
    "fastapi_pagination.Page": "model",
    "fastapi_users.schemas.BaseUser": "model",
    "fastapi_users.schemas.BaseUserCreate": "model",
    "fastapi_users.schemas.BaseUserUpdate": "model",
    "fastapi_users.schemas.CreateUpdateDictModel": "model",
    "fastapi_utils.api_model.APIModel": "model",
    "fastapi_utils.api_settings.APISettings": "settings",
    "odmantic.EmbeddedModel": "model",
    "odmantic.Model": "model",
}

# Types whose values were strings in Pydantic 1.
URLS = ("AmqpDsn", "AnyHttpUrl", "AnyUrl", "CockroachDsn", "FileUrl", "HttpUrl", "KafkaDsn", "MongoDsn", "PostgresDsn",
        "RedisDsn")  # fmt: skip

# Where Pydantic 1 and 2 keep the names that rules look for, besides `pydantic` itself.
HOMES = {
    "class_validators": ("validator", "root_validator"),
    "config": ("BaseConfig", "ConfigDict", "Extra", "with_config"),
    "decorator": ("validate_arguments",),
    "deprecated.class_validators": ("validator", "root_validator"),
    "deprecated.config": ("BaseConfig", "Extra"),
    "deprecated.decorator": ("validate_arguments",),
    "deprecated.json": ("custom_pydantic_encoder", "pydantic_encoder", "timedelta_isoformat"),
    "deprecated.tools": ("parse_obj_as", "schema_of", "schema_json_of"),
    "env_settings": ("BaseSettings",),
    "error_wrappers": ("ValidationError",),
    "fields": ("Field", "PrivateAttr", "computed_field"),
    "functional_serializers": ("field_serializer", "model_serializer"),
    "functional_validators": (
        "AfterValidator", "BeforeValidator", "PlainValidator", "WrapValidator", "field_validator", "model_validator",
    ),
    "json": ("custom_pydantic_encoder", "pydantic_encoder", "timedelta_isoformat"),
    "main": ("BaseConfig", "BaseModel", "Extra", "create_model"),
    "networks": (*URLS, "EmailStr", "NameEmail", "stricturl"),
    "root_model": ("RootModel",),
    "tools": ("parse_file_as", "parse_obj_as", "parse_raw_as", "schema_of", "schema_json_of"),
    "type_adapter": ("TypeAdapter",),
    "types": (
        "ConstrainedBytes", "ConstrainedDate", "ConstrainedDecimal", "ConstrainedFloat", "ConstrainedFrozenSet",
        "ConstrainedInt", "ConstrainedList", "ConstrainedSet", "ConstrainedStr", "SecretBytes", "SecretStr",
        "conbytes", "condate", "condecimal", "confloat", "confrozenset", "conint", "conlist", "conset", "constr",
    ),
    "validate_call_decorator": ("validate_call",),
}  # fmt: skip

ALIASES = {
    **{f"pydantic.{home}.{name}": f"pydantic.{name}" for home, names in HOMES.items() for name in names},
    "pydantic_settings.main.BaseSettings": "pydantic_settings.BaseSettings",
    "pydantic_settings.main.SettingsConfigDict": "pydantic_settings.SettingsConfigDict",
    "pydantic.v1.main.BaseModel": "pydantic.v1.BaseModel",
    "pydantic.v1.env_settings.BaseSettings": "pydantic.v1.BaseSettings",
    "beanie.odm.documents.Document": "beanie.Document",
    "fastapi_pagination.default.Page": "fastapi_pagination.Page",
    "fastapi_utils.api_model.APIMessage": "fastapi_utils.api_model.APIModel",
    "odmantic.model.EmbeddedModel": "odmantic.EmbeddedModel",
    "odmantic.model.Model": "odmantic.Model",
}

MODEL = ("pydantic.BaseModel",)
BASES: dict[str, tuple[str, ...]] = {
    "pydantic.BaseConfig": (),
    "pydantic.BaseSettings": MODEL,
    "pydantic.RootModel": MODEL,
    "pydantic.generics.GenericModel": MODEL,
    "pydantic_settings.BaseSettings": MODEL,
    "sqlmodel.SQLModel": MODEL,
}


def one_of_given(receiver: Kind, arguments: Arguments) -> Kind:
    """An instance of the class that is passed first."""
    cls = arguments(0, "type_")
    return Kind("instance", cls.symbol, cls.file) if cls.word == "class" and cls.certain else UNKNOWN


CALLS: dict[str, Kind | Callable[[Kind, Arguments], Kind]] = {
    "pydantic.create_model": Kind("class", "pydantic.BaseModel"),
    **{f"pydantic.{name}": one_of_given for name in ("parse_file_as", "parse_obj_as", "parse_raw_as")},
    # Known here so that a star import gives them.
    **{f"pydantic.{name}": UNKNOWN for name in ("schema_of", "schema_json_of", "stricturl", "Field")},
    **{f"pydantic.{name}": UNKNOWN for name in ("validator", "root_validator", "field_validator", "model_validator")},
    **{f"pydantic.{name}": UNKNOWN for name in HOMES["types"]},
}
DECORATORS = {"pydantic.dataclasses.dataclass": "pydantic.dataclasses.dataclass"}


FIELD = Kind("model-field", "pydantic.fields.ModelField")


def one_of_it(receiver: Kind, arguments: Arguments) -> Kind:
    """An instance of the receiver's class, which may be given itself."""
    return Kind("instance", receiver.symbol, receiver.file, receiver.args)


MAKERS = ("construct", "from_orm", "model_construct", "model_validate", "model_validate_json", "model_validate_strings",
          "parse_file", "parse_obj", "parse_raw", "validate")  # fmt: skip

METHODS = {
    **{f"class {word}.{name}": one_of_it for word in MODELS for name in MAKERS},
    **{f"{word}.{name}": one_of_it for word in MODELS for name in (*MAKERS, "copy", "model_copy")},
}

# `User.__fields__["name"]` is a field wherever it goes from there.
ATTRIBUTES = {
    f"{owner}.{name}": Kind("dict", args=(Kind("constant"), FIELD))
    for word in MODELS
    for owner in (word, f"class {word}")
    for name in ("__fields__", "model_fields")
}
