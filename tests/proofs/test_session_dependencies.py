"""STK408, STK409 and STK414: what their dependencies keep of the pool; what the pages say instead gives it back."""

import asyncio
import gc
import threading
import warnings

import pytest
from session_pages import BAD, GOOD, application, client_of, others_done, page, running


async def held_after(module, path):
    """How many connections of the pool are still out when the request is over."""
    factory, made = module.SessionLocal, []
    module.SessionLocal = lambda: made.append(factory()) or made[-1]
    engine = factory.kw["bind"]
    async with client_of(application(module)) as client:
        await client.get(path)
    await others_done()
    held = engine.pool.checkedout()
    for session in made:
        await session.close()
    await engine.dispose()
    return held


PATHS = {"STK408": "/one", "STK409": "/users/ann", "STK414": "/one"}


@pytest.mark.parametrize(("code", "number", "held"), [(code, n, 1 - n) for code in PATHS for n in (BAD, GOOD)])
def test_a_connection_comes_back_only_if_the_session_is_closed(code, number, held, tmp_path):
    with running(page(code, number), tmp_path) as modules:
        assert asyncio.run(held_after(modules["example.py"], PATHS[code])) == held


def test_return_in_a_with_block_does_not_help(tmp_path):
    text = page("STK408", GOOD)["example.py"].replace("yield session", "return session")

    with running({"example.py": text}, tmp_path) as modules:
        assert asyncio.run(held_after(modules["example.py"], "/one")) == 1


def test_the_garbage_collector_warns_of_what_it_finds(tmp_path):
    async def forget(module):
        before = threading.active_count()
        async with client_of(application(module)) as client:
            await client.get("/users/ann")
        gc.collect()
        while threading.active_count() > before:  # the thread of the connection ends on its own
            await asyncio.sleep(0.01)
        await module.SessionLocal.kw["bind"].dispose()

    with running(page("STK409", BAD), tmp_path) as modules, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asyncio.run(forget(modules["example.py"]))

    assert any("non-checked-in connection" in str(warning.message) for warning in caught)


def test_a_loop_that_is_left_early_skips_the_commit():
    done = []

    async def get_db():
        yield 1
        done.append("commit")

    async def job():
        async for _ in get_db():
            break

    asyncio.run(job())

    assert done == []
