"""STK423: two requests at once get one session from a registry by thread."""

import asyncio
from typing import Annotated

import pytest
from fastapi import Depends
from session_pages import BAD, GOOD, application, client_of, page, running
from sqlalchemy.orm import Session


async def sessions_of_two(module):
    """The sessions of two requests, each of which waits until the other has its own."""
    app = application(module)
    sessions = []
    both = asyncio.Event()

    @app.get("/session")
    async def hold(db: Annotated[Session, Depends(module.get_db)]):
        sessions.append(db)
        if len(sessions) == 2:
            both.set()
        await asyncio.wait_for(both.wait(), timeout=20)

    async with client_of(app) as client:
        first = asyncio.create_task(client.get("/session"))
        while not sessions:
            await asyncio.sleep(0.001)
        await asyncio.gather(first, client.get("/session"))
    return sessions


@pytest.mark.parametrize(("number", "shared"), [(BAD, True), (GOOD, False)])
def test_a_dependency_gives_the_session_of_its_thread_to_the_next_request(number, shared, tmp_path):
    with running(page("STK423", number), tmp_path) as modules:
        first, second = asyncio.run(sessions_of_two(modules["example.py"]))

    assert (first is second) == shared
