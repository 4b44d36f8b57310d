"""Arguments that an async engine, or the driver below it, does not take.

Checked by SQLAlchemy 2.0.58 and 2.1.9 with asyncpg 0.32 and aiosqlite 0.22.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl

from stackcheck import Context, Span, span_reader
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses._words import words
from stackcheck_rules.sqlalchemy._call_edits import source

# What libpq and sqlite3 take and `asyncpg.connect()` does not.
NOT_ASYNCPG = words("""
    application_name channel_binding check_same_thread client_encoding connect_timeout fallback_application_name
    gssencmode keepalives keepalives_count keepalives_idle keepalives_interval options sslcert sslcompression sslcrl
    sslkey sslmode sslpassword sslrootcert tcp_user_timeout
""")
# The word of asyncpg for the same values.
RENAMED = {"connect_timeout": "timeout", "sslmode": "ssl"}
INSTEAD = {
    "application_name": "pass it in `server_settings`",
    "check_same_thread": "it is of SQLite",
    "connect_timeout": "it is `timeout` there",
    "options": "pass `server_settings`",
    "sslmode": "it is `ssl` there",
}
# Arguments of the engine for psycopg2.
OF_PSYCOPG2 = words("""
    client_encoding executemany_batch_page_size executemany_mode executemany_values_page_size use_batch_mode
    use_native_hstore use_native_unicode
""")
OF_SESSIONS = words("autocommit autoflush class_ expire_on_commit")
SIZES = words("max_overflow pool_size pool_timeout pool_use_lifo")
POOLS = ("sqlalchemy", "sqlalchemy.pool", "sqlalchemy.pool.impl")
WITHOUT_SIZE = {f"{home}.{name}" for home in POOLS for name in ("NullPool", "StaticPool")}
QUEUE_POOL = {f"{home}.QueuePool" for home in POOLS}
BLOCKING_POOLS = QUEUE_POOL | {f"{home}.SingletonThreadPool" for home in POOLS}


class Key(NamedTuple):
    """A key of `connect_args={…}`, with the place of its literal."""

    name: str
    span: Span


def keys_of(call: Call, ctx: Context) -> Iterator[Key]:
    """The keys of `connect_args`, as far as they are written in the call."""
    given = call.argument(-1, "connect_args")
    if given is None or given.expr[0] != "dict":
        return
    text = f"({source(given.value, ctx)})"
    span = span_reader(text)
    match ast.parse(text, mode="eval").body:
        case ast.Dict(keys=keys):
            for key in keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield Key(key.value, moved(span(key), given))


def moved(inner: Span, outer: Argument) -> Span:
    """The place in the file of what stands in an argument, read with a bracket before it."""
    line, column = outer.value.line - 1, outer.value.column - 2

    def shift(at: int) -> int:
        return column if at == 1 else 0

    return Span(
        inner.line + line,
        inner.column + shift(inner.line),
        inner.end_line + line,
        inner.end_column + shift(inner.end_line),
    )


def parameters_of(url: str) -> list[str]:
    """The names in the query of a URL."""
    return [name for name, _ in parse_qsl(url.partition("?")[2], keep_blank_values=True)]


def in_memory(url: str) -> bool:
    """Whether a URL is of a SQLite database in memory, which has one connection."""
    path = url.partition("?")[0].partition("://")[2]
    return url.startswith("sqlite+aiosqlite:") and path in {"", "/", "/:memory:"}
