"""What executing a statement gives: results, rows, scalars; and connections, which do it.

A statement and its result carry the class that is selected, where it is one and known.
Sources: the API pages of SQLAlchemy 2.1 (core/connections, orm/extensions/asyncio).
"""

from __future__ import annotations

from collections.abc import Callable

from stackcheck import UNKNOWN, Arguments, Kind
from stackcheck_rules.analyses._words import words

ROW = Kind("row", "sqlalchemy.Row")
ROW_MAPPING = Kind("row-mapping", "sqlalchemy.RowMapping")
CONNECTION = Kind("connection", "sqlalchemy.engine.Connection")
ASYNC_CONNECTION = Kind("async-connection", "sqlalchemy.ext.asyncio.AsyncConnection")
ASYNC_TRANSACTION = Kind("async-transaction", "sqlalchemy.ext.asyncio.AsyncTransaction")
# The driver's connection, as the pool lends it.
POOLED_CONNECTION = Kind("raw-connection", "sqlalchemy.pool.PoolProxiedConnection")
Method = Callable[[Kind, Arguments], Kind]


# Kinds that carry the class that they are of.
OF_ENTITIES = {"query", "select", "result", "scalar-result", "async-result", "async-scalar-result"}


def instance(symbol: str, *args: Kind) -> Kind:
    return Kind("instance", symbol, args=args)


def context(kind: Kind) -> Kind:
    return Kind("context", args=(kind,))


def awaited(kind: Kind) -> Kind:
    return Kind("awaitable", args=(kind,))


def list_of(inside: Kind) -> Kind:
    return Kind("list", args=(inside,)) if inside.known else Kind("list")


def made_of(cls: Kind) -> Kind:
    """An instance of a class; the evaluator looks up its word."""
    return Kind("instance", cls.symbol, cls.file)


def itself(receiver: Kind, arguments: Arguments) -> Kind:
    return receiver


def entity_of(whole: Kind) -> Kind:
    """One of what a query, a statement or a result is of."""
    if whole.word not in OF_ENTITIES or not whole.args:
        return UNKNOWN
    return made_of(whole.args[0]) if whole.args[0].word == "class" else whole.args[0]


def results_of(statement: Kind) -> Kind:
    """The rows that a statement gives; they are rows whatever it selects."""
    of = statement.args if statement.word == "select" else ()
    return Kind("result", "sqlalchemy.Result", args=of)


def scalars_of(statement: Kind) -> Kind:
    of = statement.args if statement.word in {"select", "result"} else ()
    return Kind("scalar-result", "sqlalchemy.ScalarResult", args=of)


def executed(receiver: Kind, arguments: Arguments) -> Kind:
    return results_of(arguments(0, "statement"))


def scalars(receiver: Kind, arguments: Arguments) -> Kind:
    return scalars_of(arguments(0, "statement"))


def scalars_of_result(receiver: Kind, arguments: Arguments) -> Kind:
    return scalars_of(receiver)


def entity(receiver: Kind, arguments: Arguments) -> Kind:
    return entity_of(receiver)


def entities(receiver: Kind, arguments: Arguments) -> Kind:
    return list_of(entity_of(receiver))


def streamed(receiver: Kind, arguments: Arguments) -> Kind:
    """`await connection.stream(statement)`: rows that are awaited one by one."""
    of = results_of(arguments(0, "statement")).args
    return Kind("async-result", "sqlalchemy.ext.asyncio.AsyncResult", args=of)


def streamed_scalars(receiver: Kind, arguments: Arguments) -> Kind:
    return async_scalars(streamed(receiver, arguments), arguments)


def async_scalars(receiver: Kind, arguments: Arguments) -> Kind:
    """`(await connection.stream(statement)).scalars()`."""
    return Kind("async-scalar-result", "sqlalchemy.ext.asyncio.AsyncScalarResult", args=receiver.args)


def later(method: Method) -> Method:
    return lambda receiver, arguments: awaited(method(receiver, arguments))


ROWS = words("all fetchall fetchmany")
ONE = words("first one one_or_none fetchone")
CHANGING_URL = words("set update_query_dict update_query_pairs update_query_string difference_update_query")

INSTANCES = {
    "sqlalchemy.engine.Engine": "engine",
    "sqlalchemy.ext.asyncio.AsyncEngine": "async-engine",
    "sqlalchemy.engine.Connection": "connection",
    "sqlalchemy.ext.asyncio.AsyncConnection": "async-connection",
    "sqlalchemy.Result": "result",
    "sqlalchemy.CursorResult": "result",
    "sqlalchemy.ScalarResult": "scalar-result",
    "sqlalchemy.MappingResult": "mapping-result",
    "sqlalchemy.Row": "row",
    "sqlalchemy.RowMapping": "row-mapping",
    "sqlalchemy.engine.URL": "url",
    "sqlalchemy.pool.PoolProxiedConnection": "raw-connection",
    "sqlalchemy.Inspector": "inspector",
    "sqlalchemy.ext.asyncio.AsyncResult": "async-result",
    "sqlalchemy.ext.asyncio.AsyncScalarResult": "async-scalar-result",
    "sqlalchemy.ext.asyncio.AsyncMappingResult": "async-mapping-result",
    "sqlalchemy.ext.asyncio.AsyncTransaction": "async-transaction",
    # Those of 1.x keep their names: a rule is about them.
    **{f"sqlalchemy.engine.{name}": "result" for name in words("ResultProxy result.ResultProxy LegacyCursorResult")},
    **{f"sqlalchemy.engine.{name}": "row" for name in words("RowProxy result.RowProxy LegacyRow row.LegacyRow")},
}
BASES: dict[str, tuple[str, ...]] = {"sqlalchemy.CursorResult": ("sqlalchemy.Result",)}
RESULTS = words("Result CursorResult ScalarResult MappingResult Row RowMapping")
ALIASES = {
    **{
        f"sqlalchemy.{home}.{name}": f"sqlalchemy.engine.{name}"
        for home in ("engine.base", "future")
        for name in ("Engine", "Connection")
    },
    "sqlalchemy.Engine": "sqlalchemy.engine.Engine",
    "sqlalchemy.Connection": "sqlalchemy.engine.Connection",
    "sqlalchemy.engine.create_engine": "sqlalchemy.create_engine",
    "sqlalchemy.future.create_engine": "sqlalchemy.create_engine",
    "sqlmodel.create_engine": "sqlalchemy.create_engine",
    "sqlalchemy.ext.asyncio.engine.AsyncEngine": "sqlalchemy.ext.asyncio.AsyncEngine",
    "sqlalchemy.ext.asyncio.engine.AsyncConnection": "sqlalchemy.ext.asyncio.AsyncConnection",
    "sqlalchemy.ext.asyncio.engine.create_async_engine": "sqlalchemy.ext.asyncio.create_async_engine",
    **{f"sqlalchemy.engine.{name}": f"sqlalchemy.{name}" for name in RESULTS},
    **{f"sqlalchemy.engine.result.{name}": f"sqlalchemy.{name}" for name in RESULTS},
    "sqlalchemy.engine.row.Row": "sqlalchemy.Row",
    "sqlalchemy.engine.row.RowMapping": "sqlalchemy.RowMapping",
    "sqlalchemy.engine.cursor.CursorResult": "sqlalchemy.CursorResult",
    "sqlalchemy.PoolProxiedConnection": "sqlalchemy.pool.PoolProxiedConnection",
    "sqlalchemy.URL": "sqlalchemy.engine.URL",
    "sqlalchemy.engine.url.URL": "sqlalchemy.engine.URL",
    "sqlalchemy.engine.make_url": "sqlalchemy.make_url",
    "sqlalchemy.engine.url.make_url": "sqlalchemy.make_url",
    "sqlalchemy.engine.Inspector": "sqlalchemy.Inspector",
    "sqlalchemy.engine.reflection.Inspector": "sqlalchemy.Inspector",
    "sqlalchemy.inspection.inspect": "sqlalchemy.inspect",
}


def inspected(called: Kind, arguments: Arguments) -> Kind:
    """`inspect(engine)`; of a class or an object it gives something else."""
    subject = arguments(0, "subject")
    if subject.word in {"engine", "connection"}:
        return Kind("inspector", "sqlalchemy.Inspector")
    return Kind("mapper", "sqlalchemy.orm.Mapper") if subject.word == "class" else UNKNOWN


CALLS: dict[str, Kind | Method] = {
    "sqlalchemy.create_engine": instance("sqlalchemy.engine.Engine"),
    "sqlalchemy.engine_from_config": instance("sqlalchemy.engine.Engine"),
    "sqlalchemy.ext.asyncio.create_async_engine": instance("sqlalchemy.ext.asyncio.AsyncEngine"),
    "sqlalchemy.ext.asyncio.async_engine_from_config": instance("sqlalchemy.ext.asyncio.AsyncEngine"),
    "sqlalchemy.make_url": instance("sqlalchemy.engine.URL"),
    "sqlalchemy.inspect": inspected,
    "sqlalchemy.orm.class_mapper": Kind("mapper", "sqlalchemy.orm.Mapper"),
    "alembic.op.get_bind": CONNECTION,
}
METHODS: dict[str, Kind | Method] = {
    "engine.connect": CONNECTION,
    "engine.begin": context(CONNECTION),
    "engine.execution_options": itself,
    "engine.execute": executed,
    "engine.raw_connection": POOLED_CONNECTION,
    "connection.__enter__": itself,
    "connection.execution_options": itself,
    "connection.execute": executed,
    "connection.exec_driver_sql": Kind("result", "sqlalchemy.CursorResult"),
    "connection.scalars": scalars,
    "async-engine.connect": ASYNC_CONNECTION,
    "async-engine.begin": context(ASYNC_CONNECTION),
    "async-connection.__aenter__": itself,
    "async-connection.__await__": itself,
    "async-connection.execute": later(executed),
    "async-connection.scalars": later(scalars),
    "async-connection.stream": later(streamed),
    "async-connection.stream_scalars": later(streamed_scalars),
    **{f"async-connection.{name}": ASYNC_TRANSACTION for name in ("begin", "begin_nested")},
    **{f"async-transaction.{name}": itself for name in ("__aenter__", "__await__")},
    "class inspector.from_engine": Kind("inspector", "sqlalchemy.Inspector"),
    "class url.create": instance("sqlalchemy.engine.URL"),
    **{f"url.{name}": itself for name in CHANGING_URL},
    **{f"result.{name}": itself for name in ("unique", "columns", "yield_per", "tuples", "__enter__")},
    **{f"result.{name}": list_of(ROW) for name in ROWS},
    **{f"result.{name}": ROW for name in (*ONE, "__iter__", "__next__")},
    "result.partitions": list_of(list_of(ROW)),
    **{f"async-result.{name}": itself for name in ("unique", "columns", "yield_per", "tuples")},
    **{f"async-result.{name}": awaited(list_of(ROW)) for name in ROWS},
    **{f"async-result.{name}": awaited(ROW) for name in ONE},
    "async-result.__iter__": ROW,
    "async-result.scalars": async_scalars,
    "async-result.mappings": Kind("async-mapping-result", "sqlalchemy.ext.asyncio.AsyncMappingResult"),
    **{f"async-result.{name}": later(entity) for name in ("scalar", "scalar_one", "scalar_one_or_none")},
    **{f"async-scalar-result.{name}": itself for name in ("unique", "yield_per")},
    **{f"async-scalar-result.{name}": later(entities) for name in ROWS},
    **{f"async-scalar-result.{name}": later(entity) for name in ("first", "one", "one_or_none")},
    "async-scalar-result.__iter__": entity,
    **{f"async-mapping-result.{name}": itself for name in ("unique", "columns", "yield_per")},
    **{f"async-mapping-result.{name}": awaited(list_of(ROW_MAPPING)) for name in ROWS},
    **{f"async-mapping-result.{name}": awaited(ROW_MAPPING) for name in ONE},
    "async-mapping-result.__iter__": ROW_MAPPING,
    "async-result.partitions": list_of(list_of(ROW)),
    "result.scalars": scalars_of_result,
    "result.mappings": Kind("mapping-result", "sqlalchemy.MappingResult"),
    **{f"result.{name}": entity for name in ("scalar", "scalar_one", "scalar_one_or_none")},
    **{f"scalar-result.{name}": itself for name in ("unique", "yield_per", "__enter__")},
    **{f"scalar-result.{name}": entities for name in ROWS},
    **{f"scalar-result.{name}": entity for name in (*ONE, "__iter__", "__next__")},
    **{f"mapping-result.{name}": itself for name in ("unique", "columns", "yield_per")},
    **{f"mapping-result.{name}": list_of(ROW_MAPPING) for name in ROWS},
    **{f"mapping-result.{name}": ROW_MAPPING for name in (*ONE, "__iter__", "__next__")},
}
ATTRIBUTES: dict[str, Kind | Method] = {
    "row._mapping": ROW_MAPPING,
    "connection.connection": POOLED_CONNECTION,
    **{f"{word}.url": instance("sqlalchemy.engine.URL") for word in ("engine", "async-engine")},
    "async-engine.sync_engine": instance("sqlalchemy.engine.Engine"),
}
