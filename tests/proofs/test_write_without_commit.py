"""STK421: what nothing commits is answered with 200 and lost."""

import asyncio

import pytest
from session_pages import BAD, GOOD, application, client_of, page, running
from sqlalchemy import select


async def add_user(module):
    """What the client gets, and who is in the database afterwards."""
    try:
        async with module.engine.begin() as connection:
            await connection.run_sync(module.Base.metadata.create_all)
        async with client_of(application(module)) as client:
            response = await client.post("/users", params={"name": "ann"})
        async with module.SessionLocal() as db:
            return response.status_code, list(await db.scalars(select(module.User.name)))
    finally:
        await module.engine.dispose()


@pytest.mark.parametrize(("number", "kept"), [(BAD, []), (GOOD, ["ann"])], ids=["bad", "good"])
def test_the_client_gets_its_200_whether_the_row_is_kept_or_not(number, kept, tmp_path):
    with running(page("STK421", number), tmp_path) as modules:
        assert asyncio.run(add_user(modules["example.py"])) == (200, kept)
