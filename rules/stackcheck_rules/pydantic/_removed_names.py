"""Names of Pydantic 1 that Pydantic 2 has no more, each where Pydantic 1 had it.

Made from what importing every public name of 1.10 does under 2.14; sources: `pydantic/_migration.py`,
the index of 1.10. Names that moved or have a plain expression for them are in `_moved_names`.
"""

from __future__ import annotations

REMOVED_NAMES = {
    "pydantic": """
        JsonWrapper Protocol SecretField annotated_types create_model_from_namedtuple create_model_from_typeddict
        validate_model
    """,
    "pydantic.annotated_types": """
        create_model_from_namedtuple create_model_from_typeddict is_legacy_typeddict
    """,
    "pydantic.class_validators": """
        ROOT_VALIDATOR_CONFIG_KEY VALIDATOR_CONFIG_KEY Validator ValidatorGroup all_kwargs
        extract_root_validators extract_validators gather_all_validators inherit_validators
        make_generic_validator prep_validators
    """,
    "pydantic.color": """
        r_hsla r_rgba
    """,
    "pydantic.config": """
        SchemaExtraCallable get_config inherit_config prepare_config
    """,
    "pydantic.dataclasses": """
        DataclassProxy create_pydantic_model_from_dataclass is_builtin_dataclass make_dataclass_validator
        set_validation
    """,
    "pydantic.datetime_parse": """
        EPOCH MAX_NUMBER MS_WATERSHED date_expr date_re datetime_re from_unix_seconds get_numeric
        iso8601_duration_re standard_duration_re time_expr time_re
    """,
    "pydantic.decorator": """
        ALT_V_ARGS ALT_V_KWARGS V_DUPLICATE_KWARGS V_POSITIONAL_ONLY_NAME ValidatedFunction
    """,
    "pydantic.env_settings": """
        DotenvType env_file_sentinel find_case_path read_env_file
    """,
    "pydantic.error_wrappers": """
        ErrorList ErrorWrapper display_errors error_dict flatten_errors get_exc_type
    """,
    "pydantic.errors": """
        AnyStrMaxLengthError AnyStrMinLengthError ArbitraryTypeError BoolError BytesError CallableError
        ClassError ColorError ConfigError DataclassTypeError DateError DateNotInTheFutureError
        DateNotInThePastError DateTimeError DecimalError DecimalIsNotFiniteError DecimalMaxDigitsError
        DecimalMaxPlacesError DecimalWholeDigitsError DequeError DictError DurationError EmailError
        EnumError EnumMemberError ExtraError FloatError FrozenSetError FrozenSetMaxLengthError
        FrozenSetMinLengthError HashableError IPv4AddressError IPv4InterfaceError IPv4NetworkError
        IPv6AddressError IPv6InterfaceError IPv6NetworkError IPvAnyAddressError IPvAnyInterfaceError
        IPvAnyNetworkError IntEnumError IntegerError InvalidByteSize InvalidByteSizeUnit
        InvalidDiscriminator InvalidLengthForBrand IterableError JsonError JsonTypeError ListError
        ListMaxLengthError ListMinLengthError ListUniqueItemsError LuhnValidationError MissingDiscriminator
        MissingError NoneIsAllowedError NoneIsNotAllowedError NotDigitError NotNoneError
        NumberNotFiniteError NumberNotGeError NumberNotGtError NumberNotLeError NumberNotLtError
        NumberNotMultipleError PathError PathNotADirectoryError PathNotAFileError PathNotExistsError
        PatternError PyObjectError PydanticTypeError PydanticValueError SequenceError SetError
        SetMaxLengthError SetMinLengthError StrError StrRegexError StrictBoolError SubclassError TimeError
        TupleError TupleLengthError UUIDError UUIDVersionError UrlError UrlExtraError UrlHostError
        UrlHostTldError UrlPortError UrlSchemeError UrlSchemePermittedError UrlUserInfoError
        WrongConstantError cls_kwargs
    """,
    "pydantic.fields": """
        DeferredType MAPPING_LIKE_SHAPES ModelField SHAPE_COUNTER SHAPE_DEFAULTDICT SHAPE_DEQUE SHAPE_DICT
        SHAPE_FROZENSET SHAPE_GENERIC SHAPE_ITERABLE SHAPE_LIST SHAPE_MAPPING SHAPE_NAME_LOOKUP
        SHAPE_SEQUENCE SHAPE_SET SHAPE_SINGLETON SHAPE_TUPLE SHAPE_TUPLE_ELLIPSIS T
        is_finalvar_with_default_val
    """,
    "pydantic.generics": """
        AssignedParameters CacheKey DictValues GenericModelT GenericTypesCache Parametrization TypeVarType
        check_parameters_count get_caller_frame_info iter_contained_typevars replace_types
    """,
    "pydantic.json": """
        ENCODERS_BY_TYPE decimal_encoder isoformat
    """,
    "pydantic.main": """
        ANNOTATED_FIELD_UNTOUCHED_TYPES UNTOUCHED_TYPES generate_hash_function object_setattr
        validate_custom_root_type validate_model
    """,
    "pydantic.networks": """
        MultiHostDsn NetworkType Parts ascii_domain_regex host_regex int_domain_regex multi_host_url_regex
        url_regex
    """,
    "pydantic.parse": """
        Protocol load_file load_str_bytes
    """,
    "pydantic.schema": """
        SkipField TypeModelOrEnum TypeModelSet add_field_type_to_schema default_prefix encode_default
        enum_process_schema field_class_to_schema field_schema field_singleton_schema
        field_singleton_sub_fields_schema field_type_schema get_annotation_from_field_info
        get_annotation_with_constraints get_field_info_schema get_field_schema_validations
        get_flat_models_from_field get_flat_models_from_fields get_flat_models_from_model
        get_flat_models_from_models get_long_model_name get_model_name_map get_schema_ref json_scheme
        model_process_schema model_type_schema multitypes_literal_field_for_schema normalize_name
        numeric_types
    """,
    "pydantic.tools": """
        NameFactory T
    """,
    "pydantic.types": """
        BYTE_SIZES ConstrainedNumberMeta JsonMeta JsonWrapper SecretField byte_string_re
    """,
    "pydantic.typing": """
        AnnotatedTypeNames AnyArgTCallable AnyClassMethod LITERAL_TYPES NONE_TYPES TypesUnionType
        TypingGenericAlias WithArgsTypes all_literal_values convert_generics display_as_type
        evaluate_forwardref get_class get_sub_types is_callable_type is_finalvar is_literal_type
        is_namedtuple is_new_type is_none_type is_typeddict_special is_union literal_values
        new_type_supertype resolve_annotations test_type typing_base update_field_forward_refs
        update_model_forward_refs
    """,
    "pydantic.utils": """
        BUILTIN_COLLECTIONS ClassAttribute DUNDER_ATTRIBUTES IMMUTABLE_NON_COLLECTIONS_TYPES KeyType Obj
        PyObjectStr T ValueItems all_identical almost_equal_floats assert_never generate_model_signature
        get_discriminator_alias_and_values get_model get_unique_discriminator_alias in_ipython
        is_valid_identifier is_valid_private_name path_type path_types truncate unique_list
        validate_field_name
    """,
    "pydantic.validators": """
        BOOL_FALSE BOOL_TRUE IfConfig NamedTupleT T any_class_validator anystr_length_validator anystr_lower
        anystr_strip_whitespace anystr_upper bool_validator bytes_validator callable_validator
        constant_validator constr_length_validator constr_lower constr_strip_whitespace constr_upper
        decimal_validator deque_validator dict_validator enum_member_validator enum_validator
        find_validators float_finite_validator float_validator frozenset_validator hashable_validator
        int_enum_validator int_validator ip_v4_address_validator ip_v4_interface_validator
        ip_v4_network_validator ip_v6_address_validator ip_v6_interface_validator ip_v6_network_validator
        list_validator make_arbitrary_type_validator make_class_validator make_literal_validator
        make_namedtuple_validator make_typeddict_validator max_str_int none_validator
        number_multiple_validator number_size_validator ordered_dict_validator path_exists_validator
        path_validator pattern_validator set_validator str_validator strict_bytes_validator
        strict_float_validator strict_int_validator strict_str_validator tuple_validator uuid_validator
        validate_json
    """,
}

# `from pydantic import PydanticValueError`: the errors stood there too, but for these.
UNEXPORTED = frozenset({"DequeError", "IterableError", "NumberNotFiniteError", "cls_kwargs"})
REMOVED = {module: frozenset(names.split()) for module, names in REMOVED_NAMES.items()}
REMOVED["pydantic"] |= {name for name in REMOVED["pydantic.errors"] if name not in UNEXPORTED}

# What Pydantic 2 takes from the Pydantic 1 inside it, with a warning.
LENT = frozenset(
    f"pydantic.utils.{name}"
    for name in (
        "GetterDict", "ROOT_KEY", "Representation", "deep_update", "import_string", "is_valid_field",
        "lenient_isinstance", "lenient_issubclass", "sequence_like", "smart_deepcopy", "update_not_none",
    )
)  # fmt: skip

CONSTRAINED = frozenset(
    f"pydantic.{home}Constrained{name}"
    for home in ("", "types.")
    for name in ("Bytes", "Date", "Decimal", "Float", "FrozenSet", "Int", "List", "Set", "Str")
)

# What to use, as a message says it.
INSTEAD = {
    "ConfigError": "`pydantic.errors.PydanticUserError`",
    "ENCODERS_BY_TYPE": "`field_serializer` or `json_encoders`",
    "ErrorWrapper": "`pydantic_core.InitErrorDetails` and `ValidationError.from_exception_data`",
    "GetterDict": "`from_attributes` and a `model_validator` before validation",
    "ModelField": "`ValidationInfo` in a validator, else `FieldInfo`",
    "Protocol": "`model_validate_json`",
    "PydanticTypeError": "`pydantic_core.PydanticCustomError`",
    "PydanticValueError": "`pydantic_core.PydanticCustomError`",
    "SecretField": "`pydantic.Secret`",
    "ValidatedFunction": "`pydantic.validate_call`",
    "create_model_from_namedtuple": "`TypeAdapter` of the named tuple",
    "create_model_from_typeddict": "`TypeAdapter` of the typed dict",
    "field_schema": "`TypeAdapter(...).json_schema`",
    "get_flat_models_from_model": "`pydantic.json_schema.models_json_schema`",
    "get_flat_models_from_models": "`pydantic.json_schema.models_json_schema`",
    "import_string": "`TypeAdapter(ImportString).validate_python`",
    "load_file": "`model_validate_json` of the file's bytes",
    "load_str_bytes": "`model_validate_json`",
    "make_dataclass_validator": "`TypeAdapter` of the dataclass",
    "model_process_schema": "`model_json_schema`",
    "validate_model": "`model_validate` in a `try`",
}

# Modules of Pydantic 1 of which Pydantic 2 keeps an empty shell.
SHELLS = frozenset(
    f"pydantic.{name}"
    for name in (
        "class_validators", "datetime_parse", "decorator", "env_settings", "error_wrappers", "generics", "json",
        "parse", "schema", "tools", "typing", "utils", "validators",
    )
)  # fmt: skip

# What other modules had only because they imported it, and import no more.
LOST_NAMES = {
    "pydantic.color": """
        ColorError Dict Optional Representation TYPE_CHECKING Tuple Union almost_equal_floats
    """,
    "pydantic.config": """
        AnyArgTCallable AnyCallable Dict Enum ForwardRef GetterDict Optional Protocol Tuple Type compiled
    """,
    "pydantic.dataclasses": """
        BaseConfig ClassAttribute ClassVar DataclassTypeError Dict Extra Generator Optional Required Type
        Undefined Union ValidationError create_model gather_all_validators get_config validate_model
    """,
    "pydantic.errors": """
        Callable Decimal Path Sequence Set TYPE_CHECKING Tuple Type Union display_as_type
    """,
    "pydantic.fields": """
        ConfigError Counter DefaultDict Deque Dict ErrorWrapper Final ForwardRef FrozenSet Generator
        InvalidDiscriminator Iterable Iterator Json JsonWrapper List MissingDiscriminator NoArgAnyCallable
        NoneIsNotAllowedError Optional Pattern PyObjectStr Representation Sequence Set Tuple Type Union
        Validator ValueItems constant_validator convert_generics defaultdict deque dict_validator
        display_as_type find_validators get_args get_discriminator_alias_and_values get_origin
        get_unique_discriminator_alias is_finalvar is_literal_type is_new_type is_none_type is_typeddict
        is_typeddict_special is_union lenient_isinstance lenient_issubclass make_generic_validator
        new_type_supertype prep_validators sequence_like smart_deepcopy validate_json
    """,
    "pydantic.main": """
        AbstractSet AnyCallable BaseConfig ClassAttribute ConfigError DUNDER_ATTRIBUTES DictError Enum
        ErrorWrapper Extra ExtraError Field GetterDict List MAPPING_LIKE_SHAPES MissingError ModelField
        ModelPrivateAttr Optional Path PrivateAttr Protocol PyObject ROOT_KEY Representation StrBytes Tuple
        Type Undefined ValidatorGroup ValueItems default_ref_template extract_root_validators
        extract_validators generate_model_signature get_args get_origin inherit_config inherit_validators
        is_classvar is_finalvar_with_default_val is_namedtuple is_union is_valid_field is_valid_private_name
        lenient_issubclass load_file load_str_bytes model_schema no_type_check prepare_config
        resolve_annotations sequence_like smart_deepcopy unique_list update_model_forward_refs
        validate_field_name
    """,
    "pydantic.networks": """
        Collection Dict Generator List Match Optional Pattern Representation Set Tuple Type Union cast
        constr_length_validator no_type_check str_validator update_not_none
    """,
    "pydantic.types": """
        Dict FrozenSet List Optional Set Tuple Type Union bytes_validator constr_length_validator
        constr_lower constr_strip_whitespace constr_upper decimal_validator float_finite_validator
        float_validator frozenset_validator import_string int_validator list_validator
        number_multiple_validator number_size_validator overload parse_date path_exists_validator
        path_validator set_validator str_validator strict_bytes_validator strict_float_validator
        strict_int_validator strict_str_validator update_not_none
    """,
}
LOST = {module: frozenset(names.split()) for module, names in LOST_NAMES.items()}
