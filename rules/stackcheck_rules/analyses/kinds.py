"""The table of kinds: what FastAPI, SQLAlchemy, Pydantic and the database drivers give one.

Sources: FastAPI's reference (dependencies, APIRouter), PEP 249, and those of the modules below.
"""

from __future__ import annotations

from stackcheck import Arguments, Kind, KindTable
from stackcheck_rules.analyses import _core_kinds as core
from stackcheck_rules.analyses import _flask_kinds as flask
from stackcheck_rules.analyses import _orm_kinds as orm
from stackcheck_rules.analyses import _pydantic_kinds as pydantic
from stackcheck_rules.analyses import _result_kinds as results
from stackcheck_rules.analyses import _task_kinds as tasks

SESSIONS = {"session", "async-session"}
RAW_CONNECTION = Kind("raw-connection", "sqlite3.Connection")
RAW_CURSOR = Kind("raw-cursor", "sqlite3.Cursor")


def itself(receiver: Kind, arguments: Arguments) -> Kind:
    return receiver


KINDS = KindTable(
    instances={
        **orm.INSTANCES,
        **core.INSTANCES,
        **results.INSTANCES,
        **tasks.INSTANCES,
        "sqlite3.Connection": "raw-connection",
        "sqlite3.Cursor": "raw-cursor",
        "fastapi.APIRouter": "router",
        "fastapi.FastAPI": "app",
        **pydantic.INSTANCES,
    },
    bases={**pydantic.BASES, **core.BASES, **orm.BASES, **results.BASES},
    aliases={
        **orm.ALIASES,
        **core.ALIASES,
        **results.ALIASES,
        **tasks.ALIASES,
        "fastapi.routing.APIRouter": "fastapi.APIRouter",
        "fastapi.applications.FastAPI": "fastapi.FastAPI",
        "fastapi.param_functions.Depends": "fastapi.Depends",
        "fastapi.params.Depends": "fastapi.Depends",
        "fastapi.param_functions.Security": "fastapi.Security",
        "fastapi.params.Security": "fastapi.Security",
        **pydantic.ALIASES,
    },
    calls={
        **orm.CALLS,
        **core.CALLS,
        **results.CALLS,
        **tasks.CALLS,
        **flask.CALLS,
        **pydantic.CALLS,
        "sqlite3.connect": RAW_CONNECTION,
        "psycopg2.connect": RAW_CONNECTION,
        "psycopg.connect": RAW_CONNECTION,
        "pymysql.connect": RAW_CONNECTION,
        "MySQLdb.connect": RAW_CONNECTION,
        "pyodbc.connect": RAW_CONNECTION,
    },
    methods={
        **orm.METHODS,
        **core.METHODS,
        **results.METHODS,
        **tasks.METHODS,
        "raw-connection.__enter__": itself,
        "raw-connection.cursor": RAW_CURSOR,
        **pydantic.METHODS,
    },
    attributes={**core.ATTRIBUTES, **results.ATTRIBUTES, **flask.ATTRIBUTES, **pydantic.ATTRIBUTES},
    decorators={**orm.DECORATORS, **pydantic.DECORATORS},
    providers={"fastapi.Depends": 0, "fastapi.Security": 0},
)
