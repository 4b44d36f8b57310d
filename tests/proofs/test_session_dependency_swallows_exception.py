"""STK410: what a dependency with `yield` swallows leaves FastAPI without a response; raised again it does not."""

import asyncio

import pytest
from fastapi.exceptions import FastAPIError
from session_pages import BAD, GOOD, application, client_of, page, running


async def get_user(module):
    async with client_of(application(module)) as client:
        response = await client.get("/users/ann")
    await module.SessionLocal.kw["bind"].dispose()
    return response.status_code


def test_a_404_of_the_route_is_lost_if_the_dependency_swallows_it(tmp_path):
    with running(page("STK410", BAD), tmp_path) as modules, pytest.raises(FastAPIError) as raised:
        asyncio.run(get_user(modules["example.py"]))

    assert "No response object was returned" in str(raised.value) or "Response not awaited" in str(raised.value)


def test_a_404_of_the_route_is_answered_if_the_dependency_raises_it_again(tmp_path):
    with running(page("STK410", GOOD), tmp_path) as modules:
        assert asyncio.run(get_user(modules["example.py"])) == 404


def test_a_context_manager_around_the_yield_of_a_dependency_swallows_as_well(tmp_path):
    text = page("STK410", BAD)["example.py"]
    text = text.replace("async def get_db()", "@asynccontextmanager\nasync def scope()").replace(
        '@app.get("/users/{name}")',
        'async def get_db():\n    async with scope() as session:\n        yield session\n\n\n@app.get("/users/{name}")',
    )
    text = f"from contextlib import asynccontextmanager\n{text}"

    with running({"example.py": text}, tmp_path) as modules, pytest.raises(FastAPIError):
        asyncio.run(get_user(modules["example.py"]))
