"""STK407: a session that is left open keeps its connection, until the pool has none left."""

import asyncio
import gc

import pytest
from session_pages import BAD, GOOD, page, running
from sqlalchemy import create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import sessionmaker

ONE = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.01}


@pytest.fixture(autouse=True)
def _without_collections():
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(("number", "left"), [(BAD, 3), (GOOD, 0)], ids=["bad", "good"])
def test_each_call_leaves_a_connection_checked_out(number, left, tmp_path):
    with running(page("STK407", number), tmp_path) as modules:
        engine = modules["example.py"].SessionLocal.kw["bind"]
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE users (name TEXT)"))

        for _ in range(3):
            modules["example.py"].user_names()

        assert engine.pool.checkedout() == left
        gc.collect()
        engine.dispose()


def test_the_pool_is_exhausted_by_sessions_that_are_left_open(tmp_path):
    factory = sessionmaker(create_engine(f"sqlite:///{tmp_path}/app.db", **ONE))

    def read():
        db = factory()
        return db.scalar(text("SELECT 1"))

    assert read() == 1
    with pytest.raises(PoolTimeoutError, match="QueuePool limit of size 1 overflow 0 reached"):
        read()
    gc.collect()


def test_a_close_that_is_not_in_a_finally_does_not_help_where_something_fails(tmp_path):
    factory = sessionmaker(create_engine(f"sqlite:///{tmp_path}/app.db", **ONE))

    def fail():
        db = factory()
        found = db.scalar(text("SELECT 1"))
        raise ValueError(found)
        db.close()

    with pytest.raises(ValueError, match="1"):
        fail()
    with pytest.raises(PoolTimeoutError):
        fail()
    gc.collect()


def test_the_pool_is_exhausted_by_async_sessions_as_well(tmp_path):
    async def read_twice(close):
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/app.db", **ONE)
        factory, opened = async_sessionmaker(engine), []

        async def read():
            db = factory()
            opened.append(db)  # as long as the garbage collector has not found it
            found = await db.scalar(text("SELECT 1"))
            if close:
                await db.close()
            return found

        try:
            return [await read(), await read()]
        finally:
            for db in opened:
                await db.close()
            await engine.dispose()

    assert asyncio.run(read_twice(close=True)) == [1, 1]
    with pytest.raises(PoolTimeoutError):
        asyncio.run(read_twice(close=False))
