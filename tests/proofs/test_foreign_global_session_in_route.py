"""STK405: a route that takes its session from another module's global name fails for what another request did."""

import asyncio
from pathlib import Path

import pytest
from session_pages import BAD, GOOD, Base, application, fail_to_flush, get, page, running
from sqlalchemy.exc import PendingRollbackError

from stackcheck.registry import load_rules
from stackcheck.testing import fixed_texts, read_case

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules" / "sessions" / "foreign_global_session_in_route"
RULES = {rule.code: rule for rule in load_rules()}


def test_a_route_fails_for_a_flush_that_failed_in_another_module(tmp_path):
    with running(page("STK405", BAD), tmp_path) as modules:
        session = modules["app/db.py"].session
        Base.metadata.create_all(session.get_bind())
        fail_to_flush(session)

        with pytest.raises(PendingRollbackError):
            asyncio.run(get(application(modules["app/users.py"]), "/users"))
        session.close()
        session.get_bind().dispose()


def test_a_route_with_a_session_of_its_own_does_not(tmp_path):
    with running(page("STK405", GOOD), tmp_path) as modules:
        engine = modules["app/db.py"].SessionLocal.kw["bind"]
        Base.metadata.create_all(engine)
        for session in modules["app/db.py"].get_db():
            fail_to_flush(session)

        assert asyncio.run(get(application(modules["app/users.py"]), "/users")) == []
        engine.dispose()


def test_every_module_has_the_same_session(tmp_path):
    with running(page("STK405", BAD), tmp_path) as modules:
        assert modules["app/users.py"].session is modules["app/db.py"].session


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("case", ["injected", "kept"])
def test_a_fixed_application_starts_and_asks_the_same_of_its_clients(case, tmp_path):
    before = read_case(FIXTURES / case)
    after, _ = fixed_texts(before, [RULES["STK401"], RULES["STK405"]], unsafe=True)
    main = next(name for name in after if name.endswith("main.py"))
    schemas = []
    for number, texts in enumerate((before.texts, after)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with running(
            {name: text for name, text in texts.items() if name.split("/")[0] == main.split("/")[0]}, folder
        ) as modules:
            schemas.append(modules[main].app.openapi())

    assert after != before.texts
    assert schemas[0] == schemas[1]
