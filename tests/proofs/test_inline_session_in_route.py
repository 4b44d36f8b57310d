"""STK406: what tests put in the place of the project's dependency does not reach a route that opens its own session."""

import asyncio

import pytest
from session_pages import BAD, GOOD, application, client_of, page, running
from sqlalchemy.exc import OperationalError


class Fake:
    async def scalars(self, statement):
        return ["ann"]


async def get_and_dispose(module):
    app = application(module)
    app.dependency_overrides[module.get_db] = Fake
    try:
        async with client_of(app) as client:
            return (await client.get("/users")).json()
    finally:
        await module.SessionLocal.kw["bind"].dispose()


def test_an_override_does_not_reach_a_session_of_the_route(tmp_path):
    with running(page("STK406", BAD), tmp_path) as modules, pytest.raises(OperationalError, match="no such table"):
        asyncio.run(get_and_dispose(modules["example.py"]))


def test_an_override_reaches_the_parameter(tmp_path):
    with running(page("STK406", GOOD), tmp_path) as modules:
        assert asyncio.run(get_and_dispose(modules["example.py"])) == ["ann"]
