"""STK402: a session that the only instance of a class keeps fails in one request for what another one did."""

import asyncio

import pytest
from session_pages import BAD, GOOD, Base, fail_to_flush, get, page, running
from sqlalchemy.exc import PendingRollbackError


def test_a_failed_flush_breaks_the_next_request_on_the_session_of_a_singleton(tmp_path):
    with running(page("STK402", BAD), tmp_path) as modules:
        database = modules["example.py"].database
        Base.metadata.create_all(database.engine)
        fail_to_flush(database.session)

        with pytest.raises(PendingRollbackError):
            asyncio.run(get(modules["example.py"].app, "/users"))
        database.session.close()
        database.engine.dispose()


def test_a_failed_flush_does_not_break_the_next_request_where_each_opens_its_own(tmp_path):
    with running(page("STK402", GOOD), tmp_path) as modules:
        database = modules["example.py"].database
        Base.metadata.create_all(database.engine)
        for session in database.open_session():
            fail_to_flush(session)

        assert asyncio.run(get(modules["example.py"].app, "/users")) == []
        database.engine.dispose()
