"""The table of kinds: what FastAPI, SQLAlchemy, Pydantic and the database drivers give one.

Sources: the API pages of SQLAlchemy 2.1 (orm/session_api, orm/extensions/asyncio, core/connections),
FastAPI's reference (dependencies, APIRouter) and Pydantic's API index.
"""

from __future__ import annotations

from stackcheck import UNKNOWN, Arguments, Kind, KindTable
from stackcheck_rules.analyses import _pydantic_kinds as pydantic

SESSIONS = {"session", "async-session"}


def instance(symbol: str, *args: Kind) -> Kind:
    return Kind("instance", symbol, args=args)


def context(kind: Kind) -> Kind:
    return Kind("context", args=(kind,))


SESSION = Kind("session", "sqlalchemy.orm.Session")
ASYNC_SESSION = Kind("async-session", "sqlalchemy.ext.asyncio.AsyncSession")
CONNECTION = Kind("connection", "sqlalchemy.engine.Connection")
ASYNC_CONNECTION = Kind("async-connection", "sqlalchemy.ext.asyncio.AsyncConnection")
RAW_CONNECTION = Kind("raw-connection", "sqlite3.Connection")
RAW_CURSOR = Kind("raw-cursor", "sqlite3.Cursor")
BASE = Kind("class", "sqlalchemy.orm.DeclarativeBase")


def itself(receiver: Kind, arguments: Arguments) -> Kind:
    return receiver


def entered(receiver: Kind, arguments: Arguments) -> Kind:
    return context(receiver)


def made(receiver: Kind, arguments: Arguments) -> Kind:
    """What a factory makes; a plain annotation `sessionmaker` does not say."""
    return receiver.args[0] if receiver.args else UNKNOWN


def made_in_context(receiver: Kind, arguments: Arguments) -> Kind:
    return context(made(receiver, arguments))


def sync_factory(receiver: Kind, arguments: Arguments) -> Kind:
    """`sessionmaker(bind, class_=Session)`: a factory of what `class_` names."""
    cls = arguments(1, "class_")
    if cls.word != "class":
        return instance("sqlalchemy.orm.sessionmaker", SESSION)
    # The word of a subclass is looked up when the factory is called.
    return instance("sqlalchemy.orm.sessionmaker", instance_of_class(cls))


def async_factory(receiver: Kind, arguments: Arguments) -> Kind:
    cls = arguments(1, "class_")
    session = instance_of_class(cls) if cls.word == "class" else ASYNC_SESSION
    return instance("sqlalchemy.ext.asyncio.async_sessionmaker", session)


def instance_of_class(cls: Kind) -> Kind:
    return Kind("instance", cls.symbol, cls.file)


def registry(receiver: Kind, arguments: Arguments) -> Kind:
    """`scoped_session(factory)` passes every call on to the session of the thread."""
    factory = arguments(0, "session_factory")
    return instance("sqlalchemy.orm.scoped_session", *factory.args)


# Classes of column types that a star import of SQLAlchemy brings, besides what calls and instances name.
SQL_TYPES = (
    "ARRAY", "BIGINT", "BINARY", "BLOB", "BOOLEAN", "BigInteger", "Boolean", "CHAR", "CLOB", "DATE", "DATETIME",
    "DECIMAL", "DOUBLE", "DOUBLE_PRECISION", "Date", "DateTime", "Double", "Enum", "FLOAT", "Float", "INT", "INTEGER",
    "Integer", "Interval", "JSON", "LargeBinary", "NCHAR", "NUMERIC", "NVARCHAR", "Numeric", "PickleType", "REAL",
    "SMALLINT", "SmallInteger", "String", "TEXT", "TIME", "TIMESTAMP", "Text", "Time", "TypeDecorator", "UUID",
    "Unicode", "UnicodeText", "Uuid", "VARBINARY", "VARCHAR", "ForeignKey", "Identity", "Sequence", "Computed",
)  # fmt: skip

KINDS = KindTable(
    instances={
        "sqlalchemy.orm.Session": "session",
        "sqlmodel.Session": "session",
        "sqlalchemy.orm.scoped_session": "session-registry",
        "sqlalchemy.orm.sessionmaker": "factory",
        "sqlalchemy.ext.asyncio.AsyncSession": "async-session",
        "sqlmodel.ext.asyncio.session.AsyncSession": "async-session",
        "sqlalchemy.ext.asyncio.async_sessionmaker": "factory",
        "sqlalchemy.ext.asyncio.async_scoped_session": "session-registry",
        "sqlalchemy.engine.Engine": "engine",
        "sqlalchemy.ext.asyncio.AsyncEngine": "async-engine",
        "sqlalchemy.engine.Connection": "connection",
        "sqlalchemy.ext.asyncio.AsyncConnection": "async-connection",
        "sqlite3.Connection": "raw-connection",
        "sqlite3.Cursor": "raw-cursor",
        "sqlalchemy.orm.DeclarativeBase": "orm",
        "sqlalchemy.orm.DeclarativeBaseNoMeta": "orm",
        "sqlalchemy.orm.MappedAsDataclass": "orm-dataclass",
        "sqlalchemy.orm.registry": "registry",
        "sqlmodel.SQLModel": "sqlmodel",
        "flask_sqlalchemy.SQLAlchemy": "flask-db",
        "flask_sqlalchemy.model.Model": "flask-model",
        "fastapi.APIRouter": "router",
        "fastapi.FastAPI": "app",
        **pydantic.INSTANCES,
    },
    bases={
        **pydantic.BASES,
        "sqlalchemy.Column": (),
        **{f"sqlalchemy.{name}": () for name in SQL_TYPES},
        "sqlalchemy.orm.DeclarativeMeta": (),
    },
    aliases={
        "sqlalchemy.orm.session.Session": "sqlalchemy.orm.Session",
        "sqlalchemy.orm.session.sessionmaker": "sqlalchemy.orm.sessionmaker",
        "sqlalchemy.orm.scoping.scoped_session": "sqlalchemy.orm.scoped_session",
        "sqlalchemy.ext.asyncio.session.AsyncSession": "sqlalchemy.ext.asyncio.AsyncSession",
        "sqlalchemy.ext.asyncio.session.async_sessionmaker": "sqlalchemy.ext.asyncio.async_sessionmaker",
        "sqlalchemy.ext.asyncio.engine.AsyncEngine": "sqlalchemy.ext.asyncio.AsyncEngine",
        "sqlalchemy.ext.asyncio.engine.AsyncConnection": "sqlalchemy.ext.asyncio.AsyncConnection",
        "sqlalchemy.ext.asyncio.engine.create_async_engine": "sqlalchemy.ext.asyncio.create_async_engine",
        "sqlmodel.orm.session.Session": "sqlmodel.Session",
        "sqlmodel.main.SQLModel": "sqlmodel.SQLModel",
        "sqlmodel.create_engine": "sqlalchemy.create_engine",
        "sqlalchemy.Engine": "sqlalchemy.engine.Engine",
        "sqlalchemy.engine.base.Engine": "sqlalchemy.engine.Engine",
        "sqlalchemy.future.Engine": "sqlalchemy.engine.Engine",
        "sqlalchemy.Connection": "sqlalchemy.engine.Connection",
        "sqlalchemy.engine.base.Connection": "sqlalchemy.engine.Connection",
        "sqlalchemy.future.Connection": "sqlalchemy.engine.Connection",
        "sqlalchemy.engine.create_engine": "sqlalchemy.create_engine",
        "sqlalchemy.future.create_engine": "sqlalchemy.create_engine",
        "sqlalchemy.schema.Column": "sqlalchemy.Column",
        "sqlalchemy.sql.schema.Column": "sqlalchemy.Column",
        "sqlmodel.Column": "sqlalchemy.Column",
        "sqlalchemy.ext.declarative.declarative_base": "sqlalchemy.orm.declarative_base",
        "sqlalchemy.orm.decl_api.declarative_base": "sqlalchemy.orm.declarative_base",
        "sqlalchemy.ext.declarative.as_declarative": "sqlalchemy.orm.as_declarative",
        "sqlalchemy.ext.declarative.declared_attr": "sqlalchemy.orm.declared_attr",
        "sqlalchemy.ext.automap.automap_base": "sqlalchemy.orm.declarative_base",
        "sqlalchemy.ext.declarative.DeclarativeMeta": "sqlalchemy.orm.DeclarativeMeta",
        "sqlalchemy.orm.decl_api.DeclarativeBase": "sqlalchemy.orm.DeclarativeBase",
        "sqlalchemy.orm.decl_api.DeclarativeMeta": "sqlalchemy.orm.DeclarativeMeta",
        "sqlalchemy.orm.decl_api.MappedAsDataclass": "sqlalchemy.orm.MappedAsDataclass",
        "sqlalchemy.orm.decl_api.as_declarative": "sqlalchemy.orm.as_declarative",
        "sqlalchemy.orm.decl_api.declared_attr": "sqlalchemy.orm.declared_attr",
        "sqlalchemy.orm.decl_api.registry": "sqlalchemy.orm.registry",
        "flask_sqlalchemy.extension.SQLAlchemy": "flask_sqlalchemy.SQLAlchemy",
        "fastapi.routing.APIRouter": "fastapi.APIRouter",
        "fastapi.applications.FastAPI": "fastapi.FastAPI",
        "fastapi.param_functions.Depends": "fastapi.Depends",
        "fastapi.params.Depends": "fastapi.Depends",
        "fastapi.param_functions.Security": "fastapi.Security",
        "fastapi.params.Security": "fastapi.Security",
        **pydantic.ALIASES,
    },
    calls={
        "sqlalchemy.create_engine": instance("sqlalchemy.engine.Engine"),
        "sqlalchemy.engine_from_config": instance("sqlalchemy.engine.Engine"),
        "sqlalchemy.ext.asyncio.create_async_engine": instance("sqlalchemy.ext.asyncio.AsyncEngine"),
        "sqlalchemy.ext.asyncio.async_engine_from_config": instance("sqlalchemy.ext.asyncio.AsyncEngine"),
        "sqlalchemy.orm.sessionmaker": sync_factory,
        "sqlalchemy.ext.asyncio.async_sessionmaker": async_factory,
        "sqlalchemy.orm.scoped_session": registry,
        "sqlalchemy.ext.asyncio.async_scoped_session": registry,
        "sqlalchemy.orm.create_session": SESSION,
        "sqlalchemy.orm.declarative_base": BASE,
        **pydantic.CALLS,
        "sqlite3.connect": RAW_CONNECTION,
        "psycopg2.connect": RAW_CONNECTION,
        "psycopg.connect": RAW_CONNECTION,
        "pymysql.connect": RAW_CONNECTION,
        "MySQLdb.connect": RAW_CONNECTION,
        "pyodbc.connect": RAW_CONNECTION,
    },
    methods={
        "factory.__call__": made,
        "factory.begin": made_in_context,
        "session-registry.__call__": made,
        "session.__enter__": itself,
        "session.begin": entered,
        "async-session.__aenter__": itself,
        "async-session.begin": entered,
        "engine.connect": CONNECTION,
        "engine.begin": context(CONNECTION),
        "engine.raw_connection": RAW_CONNECTION,
        "connection.__enter__": itself,
        "async-engine.connect": ASYNC_CONNECTION,
        "async-engine.begin": context(ASYNC_CONNECTION),
        "async-connection.__aenter__": itself,
        "raw-connection.__enter__": itself,
        "raw-connection.cursor": RAW_CURSOR,
        "registry.generate_base": BASE,
        "registry.mapped": itself,
        "registry.as_declarative_base": itself,
        "registry.mapped_as_dataclass": itself,
        **pydantic.METHODS,
    },
    attributes={"flask-db.Model": Kind("class", "flask_sqlalchemy.model.Model"), **pydantic.ATTRIBUTES},
    decorators={
        "sqlalchemy.orm.as_declarative": "sqlalchemy.orm.DeclarativeBase",
        "sqlalchemy.orm.mapped_as_dataclass": "sqlalchemy.orm.MappedAsDataclass",
        "sqlalchemy.orm.DeclarativeMeta": "sqlalchemy.orm.DeclarativeBase",
        "registry.mapped": "sqlalchemy.orm.DeclarativeBase",
        **pydantic.DECORATORS,
        "registry.as_declarative_base": "sqlalchemy.orm.DeclarativeBase",
        "registry.mapped_as_dataclass": "sqlalchemy.orm.MappedAsDataclass",
    },
    providers={"fastapi.Depends": 0, "fastapi.Security": 0},
)
