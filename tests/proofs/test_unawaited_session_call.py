"""STK310, STK311, STK312, STK314: what a missing or superfluous `await` does on the real SQLAlchemy.

The tables of methods are compared with SQLAlchemy's own classes.
"""

import asyncio
import gc
import inspect
from importlib import import_module

import pytest
from session_pages import BAD, GOOD, application, client_of, page, running
from sqlalchemy import text
from sqlalchemy.engine import MappingResult, Result, ScalarResult
from sqlalchemy.ext import asyncio as sa
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.ext.asyncio.result import AsyncMappingResult, AsyncResult, AsyncScalarResult

# Coroutines that nobody awaits, and what they never open or close: that is what the tests are about.
pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(autouse=True)
def collected():
    yield
    gc.collect()


TABLES = import_module("stackcheck_rules.analyses.awaited_methods")
CLASSES = {
    "async-session": sa.AsyncSession,
    "async-session-registry": sa.async_scoped_session,
    "async-connection": sa.AsyncConnection,
    "async-transaction": sa.AsyncTransaction,
    "async-engine": sa.AsyncEngine,
    "async-result": AsyncResult,
    "async-scalar-result": AsyncScalarResult,
    "async-mapping-result": AsyncMappingResult,
    "result": Result,
    "scalar-result": ScalarResult,
    "mapping-result": MappingResult,
}


def methods_of(cls, *, coroutines):
    found = {name: inspect.getattr_static(cls, name) for name in dir(cls) if not name.startswith("_")}
    plain = {name: getattr(one, "__func__", one) for name, one in found.items()}
    return {name for name, one in plain.items() if callable(one) and inspect.iscoroutinefunction(one) == coroutines}


@pytest.mark.parametrize("word", TABLES.AWAITED)
def test_the_table_of_what_is_awaited_is_that_of_the_classes(word):
    of_sqlmodel = {"exec"} if word == "async-session" else set()

    assert TABLES.AWAITED[word] == methods_of(CLASSES[word], coroutines=True) | of_sqlmodel


def test_sqlmodel_has_one_more():
    session = pytest.importorskip("sqlmodel.ext.asyncio.session").AsyncSession

    assert methods_of(session, coroutines=True) - methods_of(sa.AsyncSession, coroutines=True) == {"exec"}


@pytest.mark.parametrize("word", TABLES.NEVER_AWAITED)
def test_what_is_never_awaited_makes_no_coroutine(word):
    makes_none = methods_of(CLASSES[word], coroutines=False)
    only_of_some = {"mappings", "columns", "tuples", "scalars", "keys", "freeze", "fetchone", "merge"}

    assert TABLES.NEVER_AWAITED[word] - makes_none <= only_of_some | {"scalar", "scalar_one", "scalar_one_or_none"}
    assert not TABLES.NEVER_AWAITED[word] & methods_of(CLASSES[word], coroutines=True)


async def run_page(code, number, folder):
    """What the function of a page does with a session, and the names that are stored afterwards."""
    with running(page(code, number), folder) as modules:
        module = modules["example.py"]
        engine = create_async_engine(f"sqlite+aiosqlite:///{folder}/app.db")
        async with engine.begin() as connection:
            await connection.run_sync(module.Base.metadata.create_all)
        factory = async_sessionmaker(engine, expire_on_commit=False)
        try:
            async with factory() as db:
                given = await module.add_user(db, "Ada")
        except (AttributeError, TypeError) as error:
            given = error
        async with factory() as db:
            stored = (await db.scalars(text("SELECT name FROM users"))).all()
        await engine.dispose()
        return given, stored


def test_nothing_is_stored_and_a_coroutine_has_no_rows(tmp_path):
    error, stored = asyncio.run(run_page("STK311", BAD, tmp_path))

    assert str(error) == "'coroutine' object has no attribute 'all'"
    assert stored == []


@pytest.mark.parametrize("code", ["STK311", "STK312"])
def test_what_the_page_says_instead_stores_and_reads(code, tmp_path):
    given, stored = asyncio.run(run_page(code, GOOD, tmp_path))

    assert given == ["Ada"]
    assert stored == (["Ada"] if code == "STK311" else [])


def test_awaiting_what_is_no_coroutine_raises(tmp_path):
    error, _ = asyncio.run(run_page("STK312", BAD, tmp_path))

    assert str(error) == "object NoneType can't be used in 'await' expression"


def test_a_statement_without_await_only_warns():
    async def work():
        db = sa.AsyncSession(create_async_engine("sqlite+aiosqlite://"))
        db.commit()  # noqa: STK311 # that is the test
        gc.collect()

    gc.collect()
    with pytest.warns(RuntimeWarning, match=r"coroutine 'AsyncSession.commit' was never awaited"):
        asyncio.run(work())


QUERY = text("SELECT 1 AS one UNION SELECT 2")
MISUSES = {
    "db.execute(QUERY).scalars()": AttributeError,
    "await db.execute(QUERY).scalars()": AttributeError,
    "await (await db.execute(QUERY)).all()": TypeError,
    "await (await db.execute(QUERY)).scalars()": TypeError,
    "list(db.scalars(QUERY))": TypeError,
    "[one for one in db.scalars(QUERY)]": TypeError,
    "[one async for one in db.stream(QUERY)]": TypeError,
    "[one async for one in await db.execute(QUERY)]": TypeError,
    "[one for one in await db.stream(QUERY)]": TypeError,
    "1 + db.scalar(QUERY)": TypeError,
    "db.scalar(QUERY)[0]": TypeError,
    "print(*db.scalars(QUERY))": TypeError,
    "sum([db.scalar(QUERY)])": TypeError,
    "(await db.stream(QUERY)).all()[0]": TypeError,
}


@pytest.mark.parametrize("code", MISUSES)
def test_a_misuse_raises(code):
    async def work():
        engine = create_async_engine("sqlite+aiosqlite://")
        async with sa.AsyncSession(engine) as db:
            scope = {"db": db, "QUERY": QUERY}
            exec(f"async def run():\n    return {code}", scope)
            try:
                await scope["run"]()
            finally:
                await db.close()
                await engine.dispose()

    with pytest.raises(MISUSES[code]):
        asyncio.run(work())


STATEMENTS = {
    "with Factory(): pass": "context manager protocol",
    "with Factory.begin(): pass": "context manager protocol",
    "with engine.begin(): pass": "context manager protocol",
    "with engine.connect(): pass": "context manager protocol",
    "with Factory().begin(): pass": "context manager protocol",
    "async with Plain(): pass": "asynchronous context manager protocol",
    "async with plain.begin(): pass": "asynchronous context manager protocol",
    "async with plain.connect(): pass": "asynchronous context manager protocol",
}


@pytest.mark.parametrize("code", STATEMENTS)
def test_the_other_kind_of_with_raises(code):
    async def work():
        from sqlalchemy import create_engine
        from sqlalchemy.orm import sessionmaker

        engine, plain = create_async_engine("sqlite+aiosqlite://"), create_engine("sqlite://")
        scope = {"engine": engine, "Factory": async_sessionmaker(engine), "plain": plain, "Plain": sessionmaker(plain)}
        exec(f"async def run():\n    {code}", scope)
        await scope["run"]()

    with pytest.raises(TypeError, match=STATEMENTS[code]):
        asyncio.run(work())


def test_the_page_of_sync_contexts_raises_and_what_it_says_instead_works(tmp_path):
    with running(page("STK314", BAD), tmp_path) as modules, pytest.raises(TypeError, match="context manager protocol"):
        asyncio.run(modules["example.py"].names())
    with running(page("STK314", GOOD), tmp_path) as modules:
        assert asyncio.run(modules["example.py"].names()) == ["Ada"]


async def answer(module):
    try:
        async with client_of(application(module)) as client:
            return (await client.get("/users")).json()
    finally:
        await module.SessionLocal.kw["bind"].dispose()


def test_a_plain_route_cannot_use_an_async_session(tmp_path):
    with running(page("STK310", BAD), tmp_path) as modules, pytest.raises(AttributeError, match="'coroutine' object"):
        asyncio.run(answer(modules["example.py"]))
    with running(page("STK310", GOOD), tmp_path) as modules:
        assert asyncio.run(answer(modules["example.py"])) == ["Ada"]


LEAKING = """
from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///app.db", pool_size=2, max_overflow=0, pool_timeout=0.2)
SessionLocal = async_sessionmaker(engine)
app = FastAPI()
kept = []


async def get_db():
    db = SessionLocal()
    kept.append(db)  # as a cache, a log record or a traceback would
    try:
        yield db
    finally:
        db.close()


@app.get("/users")
async def list_users(db: AsyncSession = Depends(get_db)) -> int:
    return await db.scalar(text("SELECT 1"))
"""


@pytest.mark.parametrize("text", [LEAKING, LEAKING.replace("        db.close()", "        await db.close()")])
def test_a_session_that_is_not_closed_empties_the_pool(text, tmp_path):
    async def three(module):
        async with client_of(module.app) as client:
            client._transport.raise_app_exceptions = False
            answers = [(await client.get("/users")).status_code for _ in range(3)]
        await module.engine.dispose()
        return answers

    with running({"example.py": text}, tmp_path) as modules:
        assert asyncio.run(three(modules["example.py"])) == [200, 200, 200 if "await db.close" in text else 500]
