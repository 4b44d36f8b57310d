"""STK411 and STK412: what FastAPI makes of a context manager and of a called function; what the pages say instead."""

import asyncio

import pytest
from session_pages import BAD, GOOD, application, client_of, page, running


async def get(module, path):
    async with client_of(application(module)) as client:
        response = await client.get(path)
    disposed = getattr(module, "engine", None) or module.SessionLocal.kw["bind"]
    done = disposed.dispose()
    if done is not None:
        await done
    return response.json()


def test_a_context_manager_gives_no_generator(tmp_path):
    with running(page("STK411", BAD), tmp_path) as modules, pytest.raises(TypeError, match="not an async iterator"):
        asyncio.run(get(modules["example.py"], "/one"))


def test_a_plain_generator_function_does(tmp_path):
    with running(page("STK411", GOOD), tmp_path) as modules:
        assert asyncio.run(get(modules["example.py"], "/one")) == 1


def test_what_a_function_gives_cannot_be_called(tmp_path):
    refused = pytest.raises(TypeError, match="is not a callable object")
    with refused, running(page("STK412", BAD), tmp_path):
        pass


def test_the_function_itself_can(tmp_path):
    with running(page("STK412", GOOD), tmp_path) as modules:
        assert asyncio.run(get(modules["example.py"], "/users")) == []


def test_a_parameter_that_only_fastapi_fills_is_a_marker_otherwise(tmp_path):
    refused = pytest.raises(AttributeError, match="'Depends' object has no attribute 'scalar'")
    with running(page("STK413", BAD), tmp_path) as modules, refused:
        asyncio.run(get(modules["example.py"], "/total"))


def test_a_parameter_that_is_passed_is_not(tmp_path):
    with running(page("STK413", GOOD), tmp_path) as modules:
        assert asyncio.run(get(modules["example.py"], "/total")) == 1
