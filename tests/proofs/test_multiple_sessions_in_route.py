"""STK426: one dependency gives a request one session, unless it is told not to; two have two transactions."""

import asyncio

from fastapi import Depends, FastAPI
from session_pages import BAD, GOOD, client_of, page, running
from sqlalchemy import text


async def sessions_of(module, **options):
    app = FastAPI()

    def compare(one=Depends(module.get_db), two=Depends(module.get_db, **options)):  # noqa: B008 # FastAPI's way
        return one is two

    app.get("/")(compare)
    async with client_of(app) as client:
        return (await client.get("/")).json()


def test_a_dependency_gives_all_who_ask_the_same_session_unless_it_is_not_cached(tmp_path):
    with running(page("STK426", GOOD), tmp_path) as modules:
        assert asyncio.run(sessions_of(modules["example.py"])) is True
        assert asyncio.run(sessions_of(modules["example.py"], use_cache=False)) is False


def test_what_is_written_on_one_session_the_other_does_not_see(tmp_path):
    with running(page("STK426", BAD), tmp_path) as modules:
        factory = modules["example.py"].SessionLocal
        with factory() as db, factory() as audit:
            db.execute(text("CREATE TABLE users (name TEXT)"))
            db.commit()
            db.execute(text("INSERT INTO users VALUES ('ann')"))

            assert db.scalar(text("SELECT count(*) FROM users")) == 1
            assert audit.scalar(text("SELECT count(*) FROM users")) == 0
        factory.kw["bind"].dispose()
