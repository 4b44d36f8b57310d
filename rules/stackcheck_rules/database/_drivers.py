"""Database drivers as SQLAlchemy's URLs name them: which block, which are for asyncio, what replaces which.

Checked by `create_async_engine` of SQLAlchemy 2.0.58 and 2.1.9; what is in no table is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

SCHEME = re.compile(r"(?P<dialect>[a-z]+)(?:\+(?P<driver>\w+))?://")


class Scheme(NamedTuple):
    """`postgresql+asyncpg` of a URL; the driver is empty where it is left to SQLAlchemy."""

    dialect: str
    driver: str

    def __str__(self) -> str:
        return f"{self.dialect}+{self.driver}" if self.driver else self.dialect


# The drivers that a dialect takes where none is named, and all others that block.
BLOCKING = {
    "mariadb": ("mysqldb", "pymysql", "mysqlconnector", "cymysql", "pyodbc"),
    "mssql": ("pyodbc", "pymssql"),
    "mysql": ("mysqldb", "pymysql", "mysqlconnector", "cymysql", "pyodbc"),
    "oracle": ("cx_oracle",),
    "postgresql": ("psycopg2", "pg8000", "psycopg2cffi", "pygresql"),
    "sqlite": ("pysqlite", "pysqlcipher"),
}
# In order of preference; psycopg and oracledb serve both kinds of engines.
FOR_ASYNCIO = {
    "mariadb": ("aiomysql", "asyncmy"),
    "mssql": ("aioodbc",),
    "mysql": ("aiomysql", "asyncmy"),
    "oracle": ("oracledb",),
    "postgresql": ("asyncpg", "psycopg"),
    "sqlite": ("aiosqlite",),
}
# What else brings a driver than its own package and the extra of SQLAlchemy with its name.
BRING_IT = {
    "asyncpg": ("sqlalchemy[postgresql-asyncpg]",),
    "oracledb": ("sqlalchemy[oracle]", "sqlalchemy[oracle-oracledb]"),
    "psycopg": (
        "psycopg-binary", "sqlalchemy[postgresql]", "sqlalchemy[postgresql-psycopg]",
        "sqlalchemy[postgresql-psycopgbinary]",
    ),
}  # fmt: skip
# No sync engine can wait for these.
ONLY_ASYNC = {"aiomysql", "aioodbc", "aiosqlite", "asyncmy", "asyncpg", "oracledb_async", "psycopg_async"}
# The dialects whose own choice of a driver is another one since SQLAlchemy 2.1, with that driver.
SINCE_2_1 = {"oracle": "oracledb", "postgresql": "psycopg"}


def scheme_of(text: str) -> Scheme | None:
    """The scheme of a URL, or of the beginning of one."""
    match = SCHEME.match(text)
    return Scheme(match["dialect"], match["driver"] or "") if match else None


def async_scheme(dialect: str, mentions: Callable[[str], bool | None]) -> Scheme:
    """The scheme for asyncio: with the driver that the project requires already, if it does."""
    drivers = FOR_ASYNCIO[dialect]
    return Scheme(dialect, next((driver for driver in drivers if mentions(driver)), drivers[0]))


def is_missing(driver: str, mentions: Callable[[str], bool | None]) -> bool:
    """Whether a project that requires SQLAlchemy is known not to require a driver."""
    names = (driver, f"sqlalchemy[{driver}]", *BRING_IT.get(driver, ()))
    return bool(mentions("sqlalchemy")) and not any(map(mentions, names))
