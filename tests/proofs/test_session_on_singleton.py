"""STK402: a session that the only instance of a class keeps fails in one request for what another one did."""

import asyncio

import pytest
from session_pages import BAD, GOOD, client_of, page, running
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, PendingRollbackError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    name: Mapped[str] = mapped_column(primary_key=True)


def fail_to_flush(session):
    session.execute(text("INSERT INTO users VALUES ('ann')"))
    session.add(User(name="ann"))
    with pytest.raises(IntegrityError):
        session.flush()


async def request(app):
    async with client_of(app) as client:
        return (await client.get("/users")).json()


def test_a_failed_flush_breaks_the_next_request_on_the_session_of_a_singleton(tmp_path):
    with running(page("STK402", BAD), tmp_path) as modules:
        database = modules["example.py"].database
        Base.metadata.create_all(database.engine)
        fail_to_flush(database.session)

        with pytest.raises(PendingRollbackError):
            asyncio.run(request(modules["example.py"].app))
        database.session.close()
        database.engine.dispose()


def test_a_failed_flush_does_not_break_the_next_request_where_each_opens_its_own(tmp_path):
    with running(page("STK402", GOOD), tmp_path) as modules:
        database = modules["example.py"].database
        Base.metadata.create_all(database.engine)
        for session in database.open_session():
            fail_to_flush(session)

        assert asyncio.run(request(modules["example.py"].app)) == []
        database.engine.dispose()
