"""STK424: after a commit an async session cannot load in an attribute what it has forgotten."""

import asyncio
import gc

import pytest
from session_pages import BAD, GOOD, page, running
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm.exc import DetachedInstanceError


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    name: Mapped[str] = mapped_column(primary_key=True)


async def name_after_commit(module, *, closed):
    engine = module.engine
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    try:
        async with module.SessionLocal() as session:
            user = User(name="ann")
            session.add(user)
            await session.commit()
            if not closed:
                return user.name
        return user.name
    finally:
        await engine.dispose()


@pytest.mark.filterwarnings("ignore:coroutine 'Connection.cursor' was never awaited:RuntimeWarning")
@pytest.mark.parametrize(
    ("closed", "error", "text"),
    [(False, StatementError, "MissingGreenlet"), (True, DetachedInstanceError, "not bound to a Session")],
)
def test_reading_an_attribute_after_a_commit_raises(closed, error, text, tmp_path):
    with running(page("STK424", BAD), tmp_path) as modules, pytest.raises(error, match=text):
        asyncio.run(name_after_commit(modules["example.py"], closed=closed))
    gc.collect()  # the driver's coroutine that nobody could wait for


@pytest.mark.parametrize("closed", [False, True])
def test_reading_an_attribute_works_where_the_session_keeps_it(closed, tmp_path):
    with running(page("STK424", GOOD), tmp_path) as modules:
        assert asyncio.run(name_after_commit(modules["example.py"], closed=closed)) == "ann"
