"""What asyncpg does where a rule says that it fails. `.ci/postgres` starts the server and names it.

Sources: https://docs.sqlalchemy.org/en/21/errors.html, codes isce and xd2s; asyncpg's reference, `connect`.
"""

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from sqlalchemy import ForeignKey, func, select, text
from sqlalchemy.exc import InterfaceError, InvalidRequestError, MissingGreenlet
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload
from sqlalchemy.pool import NullPool

URL = os.environ["STACKCHECK_POSTGRES"]
SLEEP = text("SELECT pg_sleep(0.2)")
ONE = text("SELECT 1")


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime | None] = mapped_column(onupdate=func.now())
    posts: Mapped[list["Post"]] = relationship(back_populates="author")


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped["User"] = relationship(back_populates="posts")


@asynccontextmanager
async def factory(**options) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """A factory on an engine of its own, whose pool is cold, with one user who has one post."""
    engine = create_async_engine(URL)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    made = async_sessionmaker(engine, **{"expire_on_commit": False, **options})
    async with made.begin() as session:
        session.add(User(name="Ada", posts=[Post()]))
    await engine.dispose()
    try:
        yield made
    finally:
        await engine.dispose()


def failing(use, error, match, **options):
    async def run():
        async with factory(**options) as made, made() as session:
            with pytest.raises(error, match=match):
                await use(session)

    asyncio.run(run())


def test_one_session_in_two_tasks_fails_while_the_pool_is_cold():
    async def use(session):
        # Whoever does not wait for the other task gets an error from closing the session besides.
        first, second = await asyncio.gather(session.execute(SLEEP), session.execute(SLEEP), return_exceptions=True)
        for failed in (first, second):
            if isinstance(failed, Exception):
                raise failed

    failing(use, InvalidRequestError, "provisioning a new connection")


def test_one_session_in_two_tasks_works_once_it_has_a_connection():
    async def run():
        async with factory() as made, made() as session:
            await session.execute(ONE)
            await asyncio.gather(session.scalar(ONE), session.scalar(ONE))

    asyncio.run(run())


def test_a_commit_beside_a_query_fails_in_the_driver():
    async def use(session):
        await session.execute(ONE)
        await asyncio.gather(session.execute(SLEEP), session.commit())

    failing(use, (InterfaceError, InvalidRequestError), "another operation is in progress|can't be called here")


def test_a_session_for_each_task_works():
    async def run():
        async with factory() as made:

            async def one():
                async with made() as session:
                    return await session.scalar(ONE)

            assert await asyncio.gather(one(), one()) == [1, 1]

    asyncio.run(run())


async def lazy_collection(session):
    return (await session.get_one(User, 1)).posts


async def lazy_parent(session):
    return (await session.get_one(Post, 1)).author


async def after_rollback(session):
    user = await session.get_one(User, 1)
    await session.rollback()
    return user.name


async def changed_by_the_database(session):
    user = await session.get_one(User, 1)
    user.name = "Grace"
    await session.flush()
    return user.changed_at


async def never_assigned(session):
    user = User(name="Grace")
    session.add(user)
    await session.flush()
    return user.posts


READS = [lazy_collection, lazy_parent, after_rollback, changed_by_the_database, never_assigned]


@pytest.mark.parametrize("use", READS, ids=lambda use: use.__name__)
def test_what_is_not_loaded_cannot_be_read(use):
    failing(use, MissingGreenlet, "greenlet_spawn has not been called")


def test_a_column_after_a_commit_cannot_be_read_by_default():
    async def use(session):
        user = await session.get_one(User, 1)
        await session.commit()
        return user.name

    failing(use, MissingGreenlet, "greenlet_spawn", expire_on_commit=True)


async def loaded_at_once(session):
    user = await session.scalar(select(User).options(selectinload(User.posts)))
    return len(user.posts)


async def refreshed(session):
    user = await session.get_one(User, 1)
    user.name = "Grace"
    await session.flush()
    await session.refresh(user, ["changed_at", "posts"])
    return len(user.posts) if user.changed_at else 0


async def made_by_the_database(session):
    user = User(name="Grace", posts=[])
    session.add(user)
    await session.flush()
    return 1 if user.made_at and not user.posts else 0


@pytest.mark.parametrize("use", [loaded_at_once, refreshed, made_by_the_database], ids=lambda use: use.__name__)
def test_what_is_loaded_can_be_read(use):
    async def run():
        async with factory() as made, made() as session:
            return await use(session)

    assert asyncio.run(run()) == 1


@pytest.mark.parametrize("query", ["sslmode=disable", "connect_timeout=3", "application_name=x", "options=-cx%3Dy"])
def test_what_only_libpq_takes_is_refused(query):
    async def run():
        engine = create_async_engine(f"{URL}?{query}")
        try:
            async with engine.connect():
                pass
        finally:
            await engine.dispose()

    with pytest.raises(TypeError, match="unexpected keyword argument"):
        asyncio.run(run())


async def one_of(engine):
    async with engine.connect() as connection:
        return await connection.scalar(ONE)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_a_connection_of_the_loop_before_cannot_be_used():
    engine = create_async_engine(URL)

    assert asyncio.run(one_of(engine)) == 1
    with pytest.raises((RuntimeError, InterfaceError), match=r"different loop|loop is closed"):
        asyncio.run(one_of(engine))
    del engine
    gc.collect()  # what the loop that is gone has left open


def test_an_engine_without_pool_connects_in_every_loop():
    engine = create_async_engine(URL, poolclass=NullPool)

    assert [asyncio.run(one_of(engine)) for _ in range(2)] == [1, 1]
