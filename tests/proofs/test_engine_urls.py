"""STK306, STK307, STK309, STK320: what an engine does with a driver of another kind, and without one."""

import asyncio
import sys

import pytest
from session_pages import BAD, GOOD, page, running
from sqlalchemy import create_engine, text
from sqlalchemy.exc import InvalidRequestError, MissingGreenlet, NoSuchModuleError
from sqlalchemy.ext.asyncio import create_async_engine


async def one(engine):
    async with engine.connect() as connection:
        value = await connection.scalar(text("SELECT 1"))
    await engine.dispose()
    return value


def test_an_async_engine_refuses_a_driver_that_blocks(tmp_path):
    with pytest.raises(InvalidRequestError, match="requires an async driver"), running(page("STK306", BAD), tmp_path):
        pass


@pytest.mark.parametrize("code", ["STK306", "STK307"])
def test_an_async_engine_takes_a_driver_for_asyncio(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with running(page(code, GOOD), tmp_path) as modules:
        assert asyncio.run(one(modules["example.py"].engine)) == 1


@pytest.mark.parametrize("url", ["postgresql://localhost/app"])
def test_since_2_1_an_async_engine_looks_for_psycopg_where_no_driver_is_named(url, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(ModuleNotFoundError, match="psycopg"):
        create_async_engine(url)


def test_a_sync_engine_cannot_wait_for_a_driver_for_asyncio(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with running(page("STK307", BAD), tmp_path) as modules, pytest.raises(MissingGreenlet):
        modules["example.py"].engine.connect()


@pytest.mark.parametrize("maker", [create_engine, create_async_engine])
def test_no_engine_knows_postgres(maker):
    with pytest.raises(NoSuchModuleError, match="dialects:postgres"):
        maker("postgres://localhost/app")


def test_an_engine_imports_its_driver_when_it_is_made(monkeypatch):
    monkeypatch.setitem(sys.modules, "asyncmy", None)

    with pytest.raises(ModuleNotFoundError, match="asyncmy"):
        create_async_engine("mysql+asyncmy://localhost/app")
