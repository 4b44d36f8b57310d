"""STK501 to STK513: a function of their fixtures fails where a finding is expected, and nowhere else."""

import asyncio
import inspect
import re
from pathlib import Path

import pytest
from session_pages import client_of, running

from stackcheck.testing import expectations, read_case

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules" / "loading"
CASES = {
    f"{each.parent.parent.name}-{each.parent.name}": read_case(each.parent) for each in FIXTURES.glob("*/*/rows.py")
}
TEXTS = {name: (case.root / "rows.py").read_text() for name, case in CASES.items()}


def rows_of(name):
    """The functions of a fixture that take nothing but a session, or answer a route, each with what it expects."""
    expected = {one.line for one in expectations("rows.py", TEXTS[name])}
    lines = TEXTS[name].splitlines()
    starts = [at for at, line in enumerate(lines, start=1) if line.startswith("async def ")]
    for start, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        row = lines[start - 1].removeprefix("async def ").partition("(")[0]
        arguments = lines[start - 1].partition("(")[2].partition(")")[0].split(", ")
        alone = all("db:" in one or "=" in one for one in arguments)
        if lines[start - 2].startswith("@app.") if "app = FastAPI()" in lines else alone:
            yield row, any(start <= line < end for line in expected)


def texts_of(name):
    """The functions of a module by their names, as they are written."""
    parts = re.split(r"(?=^(?:@app|async def) )", name, flags=re.MULTILINE)
    return {part.partition("async def ")[2].partition("(")[0]: part for part in parts}


def mended():
    """The functions that fixes have changed."""
    for name, case in CASES.items():
        fixed = {**case.fixed, **case.unsafe}.get("rows.py")
        before, after = texts_of(case.texts["rows.py"]), texts_of(fixed or case.texts["rows.py"])
        for row, fails in rows_of(name):
            if fails and before[row] != after[row]:
                yield pytest.param(name, fixed, row, id=f"{name}-{row}")


ROWS = [pytest.param(name, row, fails, id=f"{name}-{row}") for name in CASES for row, fails in rows_of(name)]


async def run(modules, row):
    database, models, rows = (modules[f"{name}.py"] for name in ("database", "models", "rows"))
    async with database.engine.begin() as connection:
        await connection.run_sync(models.Base.metadata.create_all)
    async with database.SessionLocal.begin() as session:
        session.add_all(models.seed())
    try:
        if hasattr(rows, "app"):
            route = next(each for each in rows.app.routes if getattr(each, "name", "") == row)
            async with client_of(rows.app) as client:
                return (await client.get(route.path)).raise_for_status()
        async with database.SessionLocal() as session:
            return await getattr(rows, row)(session)
    finally:
        await database.engine.dispose()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "row", "fails"), ROWS)
def test_a_row_fails_where_a_finding_is_expected_and_only_there(name, row, fails, tmp_path):
    with running(CASES[name].texts, tmp_path) as modules:
        assert inspect.iscoroutinefunction(getattr(modules["rows.py"], row))
        try:
            asyncio.run(run(modules, row))
            failed = ""
        except Exception as error:
            failed = f"{type(error).__name__}: {error}"

    assert bool(failed) == fails, failed
    if fails:
        assert any(word in failed for word in ("greenlet", "DetachedInstanceError", "lazy='raise'", "is not bound"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "fixed", "row"), list(mended()))
def test_a_row_that_is_fixed_works(name, fixed, row, tmp_path):
    with running({**CASES[name].texts, "rows.py": fixed}, tmp_path) as modules:
        asyncio.run(run(modules, row))
