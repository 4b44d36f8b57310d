"""STK403: what a cache keeps of a session the second request gets as well, or cannot use at all."""

import asyncio
from functools import cache, lru_cache
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from session_pages import BAD, GOOD, Base, application, fail_to_flush, get, page, running
from sqlalchemy import create_engine
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import sessionmaker

SessionLocal = sessionmaker(create_engine("sqlite://"))
AsyncLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite://"))


def test_a_failed_flush_breaks_the_next_request_on_a_cached_session(tmp_path):
    with running(page("STK403", BAD), tmp_path) as modules:
        session = modules["example.py"].get_db()
        Base.metadata.create_all(session.get_bind())
        fail_to_flush(session)

        with pytest.raises(PendingRollbackError):
            asyncio.run(get(application(modules["example.py"]), "/users"))
        session.close()
        session.get_bind().dispose()


def test_a_failed_flush_does_not_break_the_next_request_on_a_session_of_its_own(tmp_path):
    with running(page("STK403", GOOD), tmp_path) as modules:
        module = modules["example.py"]
        engine = module.SessionLocal.kw["bind"]
        Base.metadata.create_all(engine)
        for session in module.get_db():
            fail_to_flush(session)

        assert asyncio.run(get(application(module), "/users")) == []
        engine.dispose()


@lru_cache
def generator():
    with SessionLocal() as session:
        yield session


@cache
async def async_generator():
    async with AsyncLocal() as session:
        yield session


@cache
async def coroutine():
    return AsyncLocal()


@pytest.mark.parametrize(
    ("dependency", "trouble"),
    [
        (generator, "generator didn't yield"),
        (async_generator, "generator didn't yield"),
        (coroutine, "cannot reuse already awaited coroutine"),
    ],
)
def test_the_second_request_fails_on_a_cached_generator_or_coroutine(dependency, trouble):
    app = FastAPI()

    @app.get("/users")
    async def list_users(db: Annotated[object, Depends(dependency)]):
        return []

    assert asyncio.run(get(app, "/users")) == []
    with pytest.raises(RuntimeError, match=trouble):
        asyncio.run(get(app, "/users"))
