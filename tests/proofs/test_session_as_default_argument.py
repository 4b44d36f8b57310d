"""STK404: a session as a default is one for all calls, and FastAPI does not start with it in a route."""

import asyncio

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import FastAPIError
from session_pages import BAD, GOOD, application, get, page, running
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, sessionmaker


def test_a_session_as_the_default_of_a_route_keeps_the_application_from_starting(tmp_path):
    with pytest.raises(FastAPIError, match="Invalid args for response field"), running(page("STK404", BAD), tmp_path):
        pass


def test_a_session_without_depends_keeps_the_application_from_starting():
    async def list_users(db: AsyncSession):
        return []

    with pytest.raises(FastAPIError, match="Invalid args for response field"):
        APIRouter().get("/users")(list_users)


@pytest.mark.filterwarnings("ignore:Default value")
def test_each_request_fails_where_the_default_is_not_annotated():
    app, session = FastAPI(), sessionmaker(create_engine("sqlite://"))()

    @app.get("/users")
    def list_users(db=session):
        return []

    with pytest.raises(TypeError, match="cannot pickle"):
        asyncio.run(get(app, "/users"))


def test_by_depends_it_starts_and_answers(tmp_path):
    with running(page("STK404", GOOD), tmp_path) as modules:
        engine = modules["example.py"].SessionLocal.kw["bind"]
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE users (name TEXT)"))

        assert asyncio.run(get(application(modules["example.py"]), "/users/count")) == 0
        engine.dispose()


def test_what_one_call_leaves_behind_the_next_one_finds_on_a_default(tmp_path):
    factory = sessionmaker(create_engine(f"sqlite:///{tmp_path}/app.db"))

    session = factory()

    def add_user(name: str, db: Session = session) -> list[str]:
        db.execute(text("CREATE TABLE IF NOT EXISTS users (name TEXT UNIQUE)"))
        db.execute(text("INSERT INTO users VALUES (:name)"), {"name": name})
        return list(db.scalars(text("SELECT name FROM users")))

    add_user("ann")  # nobody commits

    assert add_user("bob") == ["ann", "bob"]
    with pytest.raises(IntegrityError):
        add_user("ann")
