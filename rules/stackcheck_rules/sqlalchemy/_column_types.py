"""Which Python type a column's values have, by its SQL type.

Source: `TypeEngine.python_type` and the annotations of SQLAlchemy 2.1's type classes, for which
`Column(T)` is a `Column[...]`. Types whose values depend on the driver are `Any` there and here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from stackcheck import Context, Expr, Kind, dotted

INT, STR, BOOL, FLOAT, BYTES = (f"builtins.{name}" for name in ("int", "str", "bool", "float", "bytes"))
DATETIME, DATE, TIME, TIMEDELTA = (f"datetime.{name}" for name in ("datetime", "date", "time", "timedelta"))
DECIMAL, UUID, ANY = "decimal.Decimal", "uuid.UUID", "typing.Any"

NAMES = {
    INT: "Integer INTEGER INT BigInteger BIGINT SmallInteger SMALLINT TINYINT MEDIUMINT",
    STR: "String Unicode Text UnicodeText VARCHAR CHAR NVARCHAR NCHAR TEXT NTEXT CLOB NCLOB VARCHAR2 NVARCHAR2 "
    "TINYTEXT MEDIUMTEXT LONGTEXT CITEXT AutoString",
    BOOL: "Boolean BOOLEAN",
    DATETIME: "DateTime DATETIME DATETIME2 DATETIMEOFFSET SMALLDATETIME TIMESTAMP",
    DATE: "Date DATE",
    TIME: "Time TIME",
    TIMEDELTA: "Interval INTERVAL",
    BYTES: "LargeBinary BLOB BINARY VARBINARY BYTEA TINYBLOB MEDIUMBLOB LONGBLOB RAW",
    ANY: "JSON JSONB PickleType HSTORE INET CIDR MACADDR MACADDR8 TSVECTOR TSQUERY MONEY OID REGCLASS BIT "
    "INT4RANGE INT8RANGE NUMRANGE DATERANGE TSRANGE TSTZRANGE",
}
TYPES = {name: symbol for symbol, names in NAMES.items() for name in names.split()}
# The same name is another type in these dialects.
DIALECTS = {
    ("mssql", "BIT"): BOOL,
    ("mssql", "TIMESTAMP"): BYTES,
    ("mysql", "DOUBLE"): ANY,
    ("mysql", "REAL"): ANY,
    ("oracle", "DATE"): DATETIME,
    ("oracle", "INTERVAL"): TIMEDELTA,
    ("oracle", "TIMESTAMP"): DATETIME,
}
DECORATORS = {"TypeDecorator", "UserDefinedType", "TypeEngine"}
WRITABLE = {INT, STR, BOOL, FLOAT, BYTES, DATETIME, DATE, TIME, TIMEDELTA, DECIMAL, UUID, ANY}
DEEPEST = 8  # variables for types, bases of types and lists of lists end long before


class PyType(NamedTuple):
    """A type as a name of a library, or as a class of the project.

    `item` is what a list holds. `code` is how the file at hand has written the class already.
    `sure` is false for the `Any` of a type that nothing is known of.
    """

    symbol: str
    cls: Kind | None = None
    code: str = ""
    item: PyType | None = None
    sure: bool = True


class Source(NamedTuple):
    """Where an expression is to be read."""

    scope: str
    file: str


UNSURE = PyType(ANY, sure=False)
Arguments = tuple[tuple[Expr, ...], Mapping[str, Expr]]


def sql_name(symbol: str) -> tuple[str, str]:
    """(dialect, name) of what SQLAlchemy gives under a dotted name; empty for anything else."""
    parts = symbol.split(".")
    if parts[0] not in {"sqlalchemy", "sqlmodel"}:
        return "", ""
    return (parts[2] if parts[1:2] == ["dialects"] and len(parts) > 3 else ""), parts[-1]


def type_of(expr: Expr, source: Source, ctx: Context, depth: int = 0) -> PyType:
    """The type of a column's values, by the expression that is its SQL type."""
    if depth > DEEPEST:
        return UNSURE
    match expr:
        case ("call", ("attr", inner, "with_variant" | "evaluates_none"), _, _):
            return type_of(inner, source, ctx, depth + 1)
        case ("call", ("attr", _, "as_mutable"), (inner, *_), _):
            return type_of(inner, source, ctx, depth + 1)
        case ("call", function, positional, keywords):
            return _made(function, (positional, dict(keywords)), source, ctx, depth)
        case ("name" | "attr", *_):
            if ctx.kind(expr, source.scope, source.file).word in {"class", "external"}:
                return _made(expr, ((), {}), source, ctx, depth)
            found = ctx.source_of(expr, source.scope, source.file)
            bound = ctx.bindings(Kind("module", "", found[0]), found[1]) if found else ()
            if found and len(bound) == 1:
                return type_of(bound[0], Source("", found[0]), ctx, depth + 1)
    return UNSURE


def is_null(expr: Expr, source: Source, ctx: Context) -> bool:
    """Whether a type is none: SQLAlchemy then looks for another one, in the annotation too."""
    called = expr[1] if expr[0] == "call" else expr
    return called == ("const", None) or sql_name(ctx.symbol(called, source.scope, source.file))[1] == "NullType"


def _made(function: Expr, given: Arguments, source: Source, ctx: Context, depth: int) -> PyType:
    kind = ctx.kind(function, source.scope, source.file)
    if kind.word == "class" and kind.file:
        return next(_inherited(kind, ctx, depth), UNSURE)
    dialect, name = sql_name(ctx.symbol(function, source.scope, source.file))
    symbol = DIALECTS.get((dialect, name)) or TYPES.get(name)
    if symbol:
        return PyType(symbol)
    build = BUILDERS.get(name)
    return build(given, source, ctx, depth) if build else UNSURE


def _inherited(kind: Kind, ctx: Context, depth: int) -> Iterator[PyType]:
    """What the bases of a class of the project say: `TypeDecorator[str]`, or a type of SQLAlchemy."""
    for ancestor in ctx.ancestry(kind).classes:
        scope = ctx.scope(ancestor)
        for base in scope.bases if scope else ():
            source = Source(scope.parent if scope else "", ancestor.file)
            head = base[1] if base[0] == "index" else base
            _, name = sql_name(ctx.symbol(head, source.scope, source.file))
            if name in DECORATORS:
                yield named(base[2], source, ctx) if base[0] == "index" else UNSURE
            elif name:
                yield type_of(head, source, ctx, depth + 1)


def named(expr: Expr, source: Source, ctx: Context) -> PyType:
    """The type that an annotation of one name means; `X | None` is X here."""
    match expr:
        case ("union", inner, ("const", None)) | ("union", ("const", None), inner):
            return named(inner, source, ctx)
        case ("index", head, inner) if ctx.symbol(head, source.scope, source.file) == "typing.Optional":
            return named(inner, source, ctx)
    kind = ctx.kind(expr, source.scope, source.file)
    if kind.word == "class" and kind.file:
        return PyType("", kind, dotted(expr) if source.file == ctx.file else "")
    symbol = kind.symbol if kind.word in {"class", "external"} else ""
    return PyType(symbol) if symbol in WRITABLE else UNSURE


def _flag(position: int, name: str, default: bool, yes: str, no: str) -> Callable[..., PyType]:
    """A type whose values a flag decides on, that may stand at a position or, in a dialect, after it."""

    def build(given: Arguments, source: Source, ctx: Context, depth: int) -> PyType:
        positional, keywords = given
        candidates = [keywords[name]] if name in keywords else [*positional[position:], ("const", default)]
        value = next((item[1] for item in candidates if item[0] != "const" or isinstance(item[1], bool)), None)
        return PyType(yes if value else no) if isinstance(value, bool) else UNSURE

    return build


def _enum(given: Arguments, source: Source, ctx: Context, depth: int) -> PyType:
    positional, _ = given
    if positional and all(item[0] == "const" and isinstance(item[1], str) for item in positional):
        return PyType(STR)
    if len(positional) == 1 and ctx.kind(positional[0], source.scope, source.file).word == "class":
        return named(positional[0], source, ctx)  # SQLAlchemy takes no other class
    return UNSURE


def _array(given: Arguments, source: Source, ctx: Context, depth: int) -> PyType:
    positional, keywords = given
    item = positional[0] if positional else keywords.get("item_type")
    plain = len(positional) < 2 and keywords.get("as_tuple", NO) == NO and keywords.get("dimensions", ONE) == ONE
    inside = type_of(item, source, ctx, depth + 1) if item and plain and "" not in keywords else UNSURE
    return PyType("builtins.list", item=inside) if inside.sure else UNSURE


NO, ONE = ("const", False), ("const", 1)
FLOATS = _flag(1, "asdecimal", default=False, yes=DECIMAL, no=FLOAT)
NUMBERS = _flag(2, "asdecimal", default=True, yes=DECIMAL, no=FLOAT)
UUIDS = _flag(0, "as_uuid", default=True, yes=UUID, no=STR)
BUILDERS: dict[str, Callable[[Arguments, Source, Context, int], PyType]] = {
    **dict.fromkeys(("Float", "FLOAT", "REAL", "Double", "DOUBLE", "DOUBLE_PRECISION"), FLOATS),
    **dict.fromkeys(("Numeric", "NUMERIC", "DECIMAL"), NUMBERS),
    **dict.fromkeys(("Uuid", "UUID", "UNIQUEIDENTIFIER"), UUIDS),
    **dict.fromkeys(("Enum", "ENUM"), _enum),
    "ARRAY": _array,
}
