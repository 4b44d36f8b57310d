"""STK401: what one request does to a global session or connection, the next one suffers."""

import asyncio
import sqlite3

import pytest
from session_pages import BAD, GOOD, application, client_of, page, running
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, InvalidRequestError, PendingRollbackError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    name: Mapped[str] = mapped_column(primary_key=True)


def add_twice(session: Session) -> None:
    """What a request does that sends the same name twice: the flush fails, and nobody rolls back."""
    session.add(User(name="ann"))
    session.flush()
    session.expunge_all()
    session.add(User(name="ann"))
    with pytest.raises(IntegrityError):
        session.flush()


async def get_users(app):
    async with client_of(app) as client:
        response = await client.get("/users")
    return response.json()


def test_a_failed_flush_breaks_the_next_request_on_a_global_session(tmp_path):
    with running(page("STK401", BAD), tmp_path) as modules:
        module = modules["example.py"]
        Base.metadata.create_all(module.session.get_bind())
        add_twice(module.session)

        with pytest.raises(PendingRollbackError):
            asyncio.run(get_users(application(module)))
        module.session.close()
        module.session.get_bind().dispose()


def test_a_failed_flush_does_not_break_the_next_request_on_its_own_session(tmp_path):
    with running(page("STK401", GOOD), tmp_path) as modules:
        module = modules["example.py"]
        engine = module.SessionLocal.kw["bind"]
        Base.metadata.create_all(engine)
        for session in module.get_db():
            add_twice(session)

        assert asyncio.run(get_users(application(module))) == []
        engine.dispose()


def test_two_tasks_on_one_async_session_fail_while_the_pool_is_cold(tmp_path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/app.db")
    session = async_sessionmaker(engine)()

    async def two_requests():
        results = await asyncio.gather(*(session.scalar(text("SELECT 1")) for _ in range(2)), return_exceptions=True)
        await session.close()
        await engine.dispose()
        return results

    assert any(isinstance(result, InvalidRequestError) for result in asyncio.run(two_requests()))


def test_two_tasks_on_sessions_of_their_own_do_not(tmp_path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/app.db")
    factory = async_sessionmaker(engine)

    async def request():
        async with factory() as session:
            return await session.scalar(text("SELECT 1"))

    async def two_requests():
        results = await asyncio.gather(request(), request())
        await engine.dispose()
        return results

    assert asyncio.run(two_requests()) == [1, 1]


def test_one_request_commits_what_another_has_begun_on_a_global_connection(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/app.db")
    Base.metadata.create_all(engine)
    connection = engine.connect()
    connection.execute(text("INSERT INTO users VALUES ('ann')"))  # one request, which is to be rolled back

    connection.commit()  # another
    connection.rollback()

    assert connection.execute(text("SELECT name FROM users")).scalars().all() == ["ann"]
    connection.close()
    engine.dispose()


def test_an_execute_drops_the_rows_that_another_request_still_reads_from_a_global_cursor():
    connection = sqlite3.connect(":memory:")
    cursor = connection.cursor()
    cursor.execute("SELECT 1 UNION SELECT 2 UNION SELECT 3")  # one request
    first = cursor.fetchone()

    cursor.execute("SELECT 9")  # another

    assert (first, cursor.fetchall()) == ((1,), [(9,)])
    connection.close()
