"""STK317: a sync session cannot wait for an async engine."""

import asyncio
import gc

import pytest
from session_pages import BAD, GOOD, page, running
from sqlalchemy import text
from sqlalchemy.ext.asyncio.exc import AsyncContextNotStarted
from sqlalchemy.orm import Session


@pytest.mark.filterwarnings("ignore:coroutine 'AsyncConnection.close' was never awaited:RuntimeWarning")
def test_the_first_statement_of_a_sync_session_of_an_async_engine_raises(tmp_path):
    with running(page("STK317", BAD), tmp_path) as modules:
        module = modules["example.py"]

        with module.SessionLocal() as session, pytest.raises(AsyncContextNotStarted):
            session.execute(text("SELECT 1"))
        with Session(module.engine) as session, pytest.raises(AsyncContextNotStarted):
            session.execute(text("SELECT 1"))
        with pytest.raises((TypeError, AttributeError)):
            asyncio.run(one(module))
    gc.collect()  # the coroutines that nobody could wait for


async def one(module):
    async with module.SessionLocal() as session:
        value = await session.scalar(text("SELECT 1"))
    await module.engine.dispose()
    return value


def test_an_async_session_waits_for_it(tmp_path):
    with running(page("STK317", GOOD), tmp_path) as modules:
        assert asyncio.run(one(modules["example.py"])) == 1
