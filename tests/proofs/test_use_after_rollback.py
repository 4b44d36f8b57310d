"""STK422: a rollback expires what was loaded, and under asyncio the next read of it fails."""

import asyncio
import gc

import pytest
from session_pages import BAD, GOOD, page, running
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine


async def rename(module, folder):
    """Two users, one of whom is to get the other's name."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder}/app.db")
    factory = async_sessionmaker(engine, expire_on_commit=False)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(module.Base.metadata.create_all)
        async with factory.begin() as session:
            session.add_all([module.User(id=1, name="ann"), module.User(id=2, name="bob")])
        async with factory() as session:
            return await module.rename(session, 2, "ann")
    finally:
        await engine.dispose()


def failure(module, folder):
    try:
        asyncio.run(rename(module, folder))
    except StatementError as error:
        return str(error)
    return ""


@pytest.mark.filterwarnings("ignore:coroutine")
def test_an_attribute_after_a_rollback_fails_whatever_expire_on_commit_says(tmp_path):
    with running(page("STK422", BAD), tmp_path) as modules:
        assert "MissingGreenlet" in failure(modules["example.py"], tmp_path)
    gc.collect()  # a coroutine that nothing awaited


def test_what_was_read_before_can_be_used(tmp_path):
    with running(page("STK422", GOOD), tmp_path) as modules:
        assert asyncio.run(rename(modules["example.py"], tmp_path)) is None
