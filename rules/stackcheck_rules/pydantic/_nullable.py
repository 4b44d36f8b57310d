"""Whether a type is known to refuse `None`, and how to write that it admits it."""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, ImportRequest, TextEdit
from stackcheck_rules.analyses._field_arguments import CONSTRAINED
from stackcheck_rules.analyses.class_fields import ClassField
from stackcheck_rules.pydantic._annotations import CONTAINER_HOMES, CONTAINERS, Part, parts_of
from stackcheck_rules.pydantic._arguments import extent, source

PLAIN = {
    "builtins": {"bool", "bytes", "complex", "float", "int", "str", "type"},
    "datetime": {"date", "datetime", "time", "timedelta"},
    "decimal": {"Decimal"},
    "ipaddress": {"IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network"},
    "pathlib": {"Path"},
    "pydantic": {"AnyHttpUrl", "AnyUrl", "ByteSize", "DirectoryPath", "EmailStr", "FilePath", "HttpUrl",
                 "NegativeFloat", "NegativeInt", "NonNegativeFloat", "NonNegativeInt", "PositiveFloat",
                 "PositiveInt", "PostgresDsn", "RedisDsn", "SecretBytes", "SecretStr", "StrictBool", "StrictBytes",
                 "StrictFloat", "StrictInt", "StrictStr", "UUID1", "UUID3", "UUID4", "UUID5", *CONSTRAINED},
    "typing": {"Callable", "Type"},
    "uuid": {"UUID"},
}  # fmt: skip

OLD = {"Dict", "List", "Optional", "Set", "Tuple", "Union"}


def refuses_none(field: ClassField, ctx: Context) -> bool:
    """Whether every type that an annotation names is known and is none that admits `None`."""
    parts = list(parts_of(field.annotation or ("other",), field.qualname, ctx))
    return bool(parts) and all(is_plain(part, ctx) for part in parts)


def is_plain(part: Part, ctx: Context) -> bool:
    home, _, name = part.symbol.rpartition(".")
    if home in {"typing", "typing_extensions"} and name == "Literal":
        return ("const", None) not in literals(part.expr)
    if name in PLAIN.get(home, ()) or (name in CONTAINERS and home in CONTAINER_HOMES):
        return True
    kind = ctx.kind(part.expr, part.scope, part.file)
    return kind.word == "class" and bool(kind.file) and kind.certain


def literals(expr: Expr) -> Iterator[Expr]:
    match expr:
        case ("index", _, ("tuple", items)):
            return iter(items)
        case ("index", _, item):
            return iter((item,))
    return iter(())


def admitting_none(field: ClassField, ctx: Context) -> tuple[TextEdit, tuple[ImportRequest, ...]] | None:
    """`Optional[X]` or `X | None` for the annotation, as the file and its Python write it."""
    start, end = extent(field.annotation_span, ctx)
    code = source(field.annotation_span, ctx)
    quoted = field.annotation is not None and field.annotation[0] == "const"
    if not quoted and ctx.python >= (3, 10) and ("| None" in ctx.text or not is_old_style(ctx)):
        return TextEdit(start, end, f"{code} | None"), ()
    optional = ctx.name("typing.Optional")
    return (TextEdit(start, end, f"{optional.code}[{code}]"), optional.requests) if optional else None


def is_old_style(ctx: Context) -> bool:
    """Whether a file imports what newer Python writes with builtins and `|`."""
    bound = (one.expr for each in ctx.outline.module.bindings.values() for one in each)
    return any(expr[:2] == ("from", "typing") and expr[2] in OLD for expr in bound)
