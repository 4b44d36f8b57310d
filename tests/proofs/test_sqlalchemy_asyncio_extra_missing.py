"""STK319: without greenlet there is no asyncio in SQLAlchemy."""

import subprocess
import sys
from importlib.metadata import requires

PROGRAM = """
import asyncio, sys
if {without}:
    sys.modules["greenlet"] = None
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

async def one():
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.connect() as connection:
        print(await connection.scalar(text("SELECT 1")))
    await engine.dispose()

asyncio.run(one())
"""


def run(without):
    program = PROGRAM.format(without=without)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_the_first_connection_fails_without_greenlet():
    result = run(without=True)

    assert result.returncode != 0
    assert "greenlet" in result.stderr.splitlines()[-1]


def test_it_works_with_greenlet():
    assert run(without=False).stdout == "1\n"


def test_greenlet_comes_with_the_extra():
    assert any(line.startswith("greenlet") and 'extra == "asyncio"' in line for line in requires("sqlalchemy") or ())
