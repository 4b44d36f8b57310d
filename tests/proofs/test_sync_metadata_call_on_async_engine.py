"""STK315: what SQLAlchemy keeps sync does not take async engines, connections and sessions."""

import asyncio

import pytest
from session_pages import BAD, GOOD, page, running
from sqlalchemy import MetaData, event, inspect
from sqlalchemy.exc import InvalidRequestError, MissingGreenlet, NoInspectionAvailable
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine


@pytest.fixture
def engine():
    return create_async_engine("sqlite+aiosqlite://")


def ignore(*arguments):
    pass


async def create(module):
    await module.create_tables()
    await module.engine.dispose()


def test_an_async_engine_creates_no_tables(tmp_path):
    with running(page("STK315", BAD), tmp_path) as modules, pytest.raises(AttributeError, match="_run_ddl_visitor"):
        asyncio.run(create(modules["example.py"]))


def test_run_sync_creates_them(tmp_path):
    with running(page("STK315", GOOD), tmp_path) as modules:
        asyncio.run(create(modules["example.py"]))


@pytest.mark.parametrize("method", ["create_all", "drop_all", "reflect"])
def test_the_sync_engine_of_an_async_one_cannot_wait(method, engine):
    with pytest.raises(MissingGreenlet):
        getattr(MetaData(), method)(engine.sync_engine)


def test_an_async_engine_cannot_be_inspected(engine):
    with pytest.raises(NoInspectionAvailable):
        inspect(engine)
    with pytest.raises(NoInspectionAvailable):
        MetaData().reflect(engine)


def test_there_are_no_async_events(engine):
    for instance in (engine, AsyncSession(engine)):
        with pytest.raises(NotImplementedError):
            event.listen(instance, "before_flush", ignore)
    for target in (AsyncSession, async_sessionmaker(engine)):
        with pytest.raises(InvalidRequestError):
            event.listen(target, "before_flush", ignore)


def test_what_is_below_has_events(engine):
    event.listen(engine.sync_engine, "connect", ignore)
    event.listen(AsyncSession(engine).sync_session, "before_flush", ignore)
    event.listen(AsyncSession.sync_session_class, "before_flush", ignore)
    event.remove(AsyncSession.sync_session_class, "before_flush", ignore)
