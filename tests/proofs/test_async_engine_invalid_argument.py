"""STK308: which arguments an async engine refuses, and which asyncpg does when it connects."""

import asyncio

import pytest
from session_pages import BAD, GOOD, page
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool, QueuePool, SingletonThreadPool

MEMORY = "sqlite+aiosqlite://"
SIZES = ["max_overflow", "pool_size", "pool_timeout", "pool_use_lifo"]
OF_SESSIONS = ["autocommit", "autoflush", "class_", "expire_on_commit"]
OF_PSYCOPG2 = [
    "client_encoding",
    "executemany_batch_page_size",
    "executemany_mode",
    "executemany_values_page_size",
    "use_batch_mode",
    "use_native_hstore",
    "use_native_unicode",
]
OF_LIBPQ = [
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "fallback_application_name",
    "gssencmode",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "options",
    "sslcert",
    "sslcompression",
    "sslcrl",
    "sslkey",
    "sslmode",
    "sslpassword",
    "sslrootcert",
    "tcp_user_timeout",
]
ASYNCPG = "postgresql+asyncpg://localhost:1/app"


@pytest.mark.parametrize("pool", [QueuePool, SingletonThreadPool])
def test_an_async_engine_refuses_a_pool_that_blocks(pool):
    with pytest.raises(ArgumentError, match="cannot be used with asyncio engine"):
        create_async_engine(MEMORY, poolclass=pool)


def test_an_async_engine_takes_the_adapted_pool():
    assert create_async_engine(MEMORY, poolclass=AsyncAdaptedQueuePool, pool_size=5)


@pytest.mark.parametrize("name", SIZES)
def test_a_database_in_memory_and_no_pool_have_no_size(name):
    with pytest.raises(TypeError, match=name):
        create_async_engine(MEMORY, **{name: 5})
    with pytest.raises(TypeError, match=name):
        create_async_engine("sqlite+aiosqlite:///app.db", poolclass=NullPool, **{name: 5})


@pytest.mark.parametrize("name", OF_SESSIONS)
def test_an_engine_refuses_what_is_for_sessions(name):
    with pytest.raises(TypeError, match=name):
        create_async_engine("sqlite+aiosqlite:///app.db", **{name: False})


@pytest.mark.parametrize("name", OF_PSYCOPG2)
def test_an_asyncpg_engine_refuses_what_is_for_psycopg2(name):
    with pytest.raises(TypeError, match=name):
        create_async_engine(ASYNCPG, **{name: "values_plus_batch"})


async def connect(url, **arguments):
    engine = create_async_engine(url, connect_args=arguments)
    try:
        async with engine.connect():
            pass
    finally:
        await engine.dispose()


@pytest.mark.parametrize("name", [*OF_LIBPQ, "check_same_thread"])
def test_asyncpg_refuses_what_is_for_libpq(name):
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{name}'"):
        asyncio.run(connect(f"{ASYNCPG}?{name}=1"))
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{name}'"):
        asyncio.run(connect(ASYNCPG, **{name: 1}))


def url_of(number):
    return page("STK308", number)["example.py"].partition('("')[2].partition('"')[0].replace("localhost", "localhost:1")


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require"])
def test_asyncpg_takes_the_same_words_as_ssl(mode):
    with pytest.raises(TypeError, match="sslmode"):
        asyncio.run(connect(url_of(BAD).replace("require", mode)))
    with pytest.raises(OSError, match="Connect call failed"):
        asyncio.run(connect(url_of(GOOD).replace("require", mode)))
