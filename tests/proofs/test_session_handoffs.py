"""STK416 and STK417: what a session does after the response, in a thread, and when it is to be serialised."""

import asyncio
import json
import pickle

import pytest
from session_pages import BAD, GOOD, application, client_of, page, running
from sqlalchemy import text
from sqlalchemy.exc import MissingGreenlet
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session


async def order_of(module):
    """What the commit of the request and the task's query come to, in the order in which they are over."""
    happened = []
    factory = module.SessionLocal

    class Noting(factory.class_):
        async def commit(self):
            await super().commit()
            happened.append("commit")

        async def scalar(self, *args, **kwargs):
            found = await super().scalar(*args, **kwargs)
            happened.append("task")
            return found

    module.SessionLocal = async_sessionmaker(factory.kw["bind"], class_=Noting)
    async with client_of(application(module)) as client:
        await client.post("/users")
    await factory.kw["bind"].dispose()
    return happened


@pytest.mark.parametrize(("number", "happened"), [(BAD, ["task", "commit"]), (GOOD, ["commit", "task", "commit"])])
def test_a_task_with_the_session_of_the_request_runs_before_its_commit(number, happened, tmp_path):
    with running(page("STK416", number), tmp_path) as modules:
        assert asyncio.run(order_of(modules["example.py"])) == happened


def test_a_session_that_is_closed_before_the_task_opens_again_and_stays_open(tmp_path):
    text_of_page = page("STK416", BAD)["example.py"].replace("Depends(get_db)", 'Depends(get_db, scope="function")')

    async def held(module):
        engine, made = module.SessionLocal.kw["bind"], []
        factory = module.SessionLocal
        module.SessionLocal = lambda: made.append(factory()) or made[-1]
        async with client_of(application(module)) as client:
            await client.post("/users")
        out = engine.pool.checkedout()
        await made[0].close()
        await engine.dispose()
        return out

    with running({"example.py": text_of_page}, tmp_path) as modules:
        assert asyncio.run(held(modules["example.py"])) == 1


async def get_total(module):
    try:
        async with client_of(application(module)) as client:
            response = await client.get("/total")
    finally:
        await module.SessionLocal.kw["bind"].dispose()
    return response.json()


def test_an_async_session_does_not_work_in_a_thread(tmp_path):
    with running(page("STK417", BAD), tmp_path) as modules, pytest.raises(MissingGreenlet):
        asyncio.run(get_total(modules["example.py"]))


def test_run_sync_does(tmp_path):
    with running(page("STK417", GOOD), tmp_path) as modules:
        assert asyncio.run(get_total(modules["example.py"])) == 1


def test_a_session_cannot_be_serialised(tmp_path):
    session = async_sessionmaker(create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/app.db"))()

    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps({"args": [session]})
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.dumps(session)


def test_a_sync_session_works_in_a_thread_that_is_waited_for(tmp_path):
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{tmp_path}/app.db")

    async def count():
        with Session(engine) as session:
            return await asyncio.to_thread(session.scalar, text("SELECT 1"))

    assert asyncio.run(count()) == 1
    engine.dispose()
