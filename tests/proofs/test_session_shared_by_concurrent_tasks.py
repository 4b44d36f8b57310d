"""STK415: two tasks on one async session fail while it has no connection yet; one after the other does not."""

import asyncio

import pytest
from session_pages import BAD, GOOD, application, client_of, others_done, page, running
from sqlalchemy import text
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine


async def get_totals(module):
    factory, made = module.SessionLocal, []
    module.SessionLocal = lambda: made.append(factory()) or made[-1]
    try:
        async with client_of(application(module)) as client:
            response = await client.get("/totals")
    finally:
        await others_done()
        for session in made:
            await session.close()
        await factory.kw["bind"].dispose()
    return response.json()


def test_two_tasks_on_one_session_fail_on_its_first_statement(tmp_path):
    # Which error it is depends on who comes first: the second task, or `close` after the first error.
    refused = pytest.raises(InvalidRequestError, match=r"provisioning a new connection|can't be called here")
    with running(page("STK415", BAD), tmp_path) as modules, refused as caught:
        asyncio.run(get_totals(modules["example.py"]))

    assert "provisioning a new connection" in f"{caught.value} {caught.value.__context__}"


def test_one_after_the_other_does_not(tmp_path):
    with running(page("STK415", GOOD), tmp_path) as modules:
        assert asyncio.run(get_totals(modules["example.py"])) == [1, 2]


def test_two_tasks_work_while_the_session_has_a_connection(tmp_path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/app.db")

    async def warm():
        async with async_sessionmaker(engine)() as session:
            await session.scalar(text("SELECT 0"))
            totals = await asyncio.gather(session.scalar(text("SELECT 1")), session.scalar(text("SELECT 2")))
        await engine.dispose()
        return totals

    assert asyncio.run(warm()) == [1, 2]


def test_a_task_that_outlives_the_request_holds_a_connection(tmp_path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/app.db")
    factory = async_sessionmaker(engine)

    async def request():
        answered = asyncio.Event()

        async def later(session):
            await answered.wait()
            await session.scalar(text("SELECT 1"))

        async with factory() as session:
            task = asyncio.create_task(later(session))
        answered.set()
        await task
        held = engine.pool.checkedout()
        await session.close()
        await engine.dispose()
        return held

    assert asyncio.run(request()) == 1
