"""STK425: an engine in a dependency connects anew for every request."""

import asyncio
import gc

import pytest
from session_pages import BAD, GOOD, application, client_of, page, running
from sqlalchemy import event
from sqlalchemy.engine import Engine


@pytest.fixture
def connections():
    found = []

    def connected(connection, record):
        found.append(record)

    event.listen(Engine, "connect", connected)
    yield found
    event.remove(Engine, "connect", connected)


async def three_requests(module):
    async with client_of(application(module)) as client:
        for _ in range(3):
            assert (await client.get("/users")).json() == 1
    if hasattr(module, "engine"):
        await module.engine.dispose()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore:The garbage collector is trying to clean up:sqlalchemy.exc.SAWarning")
def test_an_engine_in_a_dependency_connects_for_every_request(connections, tmp_path):
    with running(page("STK425", BAD), tmp_path) as modules:
        asyncio.run(three_requests(modules["example.py"]))

    assert len(connections) == 3
    connections.clear()
    gc.collect()


def test_an_engine_of_the_module_connects_once(connections, tmp_path):
    with running(page("STK425", GOOD), tmp_path) as modules:
        asyncio.run(three_requests(modules["example.py"]))

    assert len(connections) == 1
