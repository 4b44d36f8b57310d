"""STK302, STK303, STK304: a sync session in async code holds up every other request; what the pages say does not.

The table's rows come from a function that waits until another request has been answered: whether it
had to give up says who held up whom, however slow the machine is.
"""

import asyncio
import threading

import pytest
from session_pages import BAD, GOOD, application, client_of, page, running
from sqlalchemy import event
from sqlalchemy.engine import Engine

LONG, SHORT = 20.0, 0.2  # how long the query waits where it should not have to, and where it waits in vain


class Moments:
    """When the query begins, and when another request has been answered meanwhile."""

    def __init__(self, patience: float) -> None:
        self.begun, self.answered = threading.Event(), threading.Event()
        self.patience = patience

    def wait(self) -> str:
        self.begun.set()
        return "answered meanwhile" if self.answered.wait(self.patience) else "held up"

    def prepare(self, connection, record) -> None:
        connection.create_function("wait_for_another_request", 0, self.wait)
        cursor = connection.cursor()
        cursor.execute("CREATE TEMP VIEW users AS SELECT wait_for_another_request() AS name")
        cursor.close()


@pytest.fixture
def moments(request):
    moments = Moments(request.param)
    event.listen(Engine, "connect", moments.prepare)
    yield moments
    event.remove(Engine, "connect", moments.prepare)


async def two_requests(module, moments):
    """What `/users` answers while somebody else asks for `/other` as soon as the query has begun."""
    app = application(module)

    @app.get("/other")
    async def other_request():
        moments.answered.set()

    async def other(client):
        while not moments.begun.is_set():
            await asyncio.sleep(0.001)
        await client.get("/other")

    async with client_of(app) as client:
        users, _ = await asyncio.gather(client.get("/users"), other(client))
    for factory in ("SessionLocal", "SyncSessionLocal"):
        disposed = getattr(module, factory).kw["bind"].dispose() if hasattr(module, factory) else None
        if disposed is not None:
            await disposed
    return users.json()


def answer_of(texts, folder, moments):
    with running(texts, folder) as modules:
        return asyncio.run(two_requests(modules["example.py"], moments))


CODES = ["STK302", "STK303", "STK304"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("moments", [SHORT], indirect=True)
def test_a_sync_session_in_async_code_holds_up_another_request(code, moments, tmp_path):
    assert answer_of(page(code, BAD), tmp_path, moments) == ["held up"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("moments", [LONG], indirect=True)
def test_what_the_page_says_instead_does_not(code, moments, tmp_path):
    assert answer_of(page(code, GOOD), tmp_path, moments) == ["answered meanwhile"]


@pytest.mark.parametrize("moments", [LONG], indirect=True)
def test_a_sync_session_in_a_plain_route_does_not(moments, tmp_path):
    text = page("STK303", BAD)["example.py"].replace("async def list_users", "def list_users")

    assert answer_of({"example.py": text}, tmp_path, moments) == ["answered meanwhile"]


@pytest.mark.parametrize("moments", [LONG], indirect=True)
def test_a_sync_session_in_the_thread_pool_does_not(moments, tmp_path):
    text = page("STK303", BAD)["example.py"]
    text = text.replace("list(db.scalars(", "list(await run_in_threadpool(lambda: db.scalars(").replace(
        'users")))', 'users")).all()))'
    )
    text = f"from fastapi.concurrency import run_in_threadpool\n{text}"

    assert answer_of({"example.py": text}, tmp_path, moments) == ["answered meanwhile"]


@pytest.mark.parametrize("moments", [SHORT], indirect=True)
def test_a_service_that_the_session_is_handed_to_holds_up_another_request(moments, tmp_path):
    text = page("STK303", BAD)["example.py"]
    text = text.replace(
        "return list(db.scalars(",
        "return load(db)\n\n\ndef load(db: Session) -> list[str]:\n    return list(db.scalars(",
    )

    assert answer_of({"example.py": text}, tmp_path, moments) == ["held up"]
