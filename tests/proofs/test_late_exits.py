"""STK418, STK419 and STK420: what a dependency with `yield` does too late, and how it does not."""

import asyncio

import pytest
from session_pages import BAD, GOOD, application, client_of, page, running
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker


async def ask(module, method, path):
    async with client_of(application(module)) as client:
        response = await client.request(method, path)
    await module.SessionLocal.kw["bind"].dispose()
    return response


@pytest.mark.parametrize(("number", "held"), [(BAD, "1"), (GOOD, "0")])
def test_a_stream_holds_the_session_of_its_route(number, held, tmp_path):
    with running(page("STK418", number), tmp_path) as modules:
        assert asyncio.run(ask(modules["example.py"], "GET", "/words")).text == held


@pytest.mark.parametrize(("number", "answered"), [(BAD, True), (GOOD, False)])
def test_a_commit_that_fails_after_the_response_leaves_a_200(number, answered, tmp_path):
    with running(page("STK419", number), tmp_path) as modules:
        module = modules["example.py"]
        sent = []

        class Failing(module.SessionLocal.class_):
            async def commit(self):
                raise RuntimeError("the commit fails")

        engine = module.SessionLocal.kw["bind"]
        module.SessionLocal = async_sessionmaker(engine, class_=Failing)

        async def add_user():
            async with engine.begin() as connection:
                await connection.execute(text("CREATE TABLE users (name)"))

            async def noting(scope, receive, send):
                async def note(message):
                    sent.append(message.get("status"))
                    await send(message)

                await application(module)(scope, receive, note)

            with pytest.raises(RuntimeError):
                async with client_of(noting) as client:
                    await client.post("/users")
            await engine.dispose()

        asyncio.run(add_user())

    assert (200 in sent) is answered


@pytest.mark.parametrize(("number", "found"), [(BAD, [None]), (GOOD, ["ann"])])
def test_a_task_does_not_find_what_is_committed_after_it(number, found, tmp_path):
    with running(page("STK420", number), tmp_path) as modules:
        module = modules["example.py"]

        async def add_user():
            async with module.SessionLocal.kw["bind"].begin() as connection:
                await connection.run_sync(module.Base.metadata.create_all)
            await ask(module, "POST", "/users")

        asyncio.run(add_user())

        assert module.found == found
