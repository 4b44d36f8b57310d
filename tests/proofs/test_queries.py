"""The query rules on the real SQLAlchemy: every function of their fixtures gives the same before and after.

The same result or the same exception, the same parameters, the same rows afterwards, and the same SQL, or
other SQL that the function's docstring explains. Each function is then made a coroutine with an
`AsyncSession`, fixed, and run again.
"""

import asyncio
import importlib
import re
import sys
import uuid
import warnings
from functools import lru_cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Row
from sqlalchemy.exc import LegacyAPIWarning
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.orm.collections import InstrumentedList

from stackcheck.registry import load_rules
from stackcheck.testing import Case, fixed_texts, read_case

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules" / "sqlalchemy"
RULES = {rule.name.replace("-", "_"): rule for rule in load_rules() if "STK210" <= rule.code <= "STK220"}
CASES = sorted(path.parent for name in RULES for path in FIXTURES.glob(f"{name}/*/queries.py"))
FUNCTION = re.compile(r"^def (\w+)\(session: Session\):\n((?:    .*\n|\n(?=\n?    ))*)", re.MULTILINE)
PAIRS = [
    pytest.param(folder, name, id=f"{folder.parent.name}-{name}")
    for folder in CASES
    for name, _ in FUNCTION.findall((folder / "queries.py").read_text())
]
LABEL = re.compile(r" AS \w+")
COLUMN = re.compile(r"\.(\w+) AS (\w+)")
ROWS = {
    "countries": [(1, "Peru"), (2, "Chad")],
    "authors": [(1, "Ann", 40, 1), (2, "Bo", 70, 1), (3, "Ann", None, None), (4, "Cy", 25, 2)],
    "books": [(1, "Sea", 10, 1), (2, "Sea", None, 1), (3, "Sky", 300, 1), (4, "Ice", 150, 2), (5, "Sun", 1, None)],
    "tags": [(1, "old"), (2, "new")],
    "book_tags": [(1, 1), (1, 2), (3, 1), (4, 1)],
    "shelves": [(1, "left"), (2, "right"), (3, "none")],
    "boxes": [(1, 1), (2, 1), (3, 2)],
}


def fill(connection, models):
    models.Base.metadata.create_all(connection)
    for table, rows in ROWS.items():
        marks = ", ".join(f":v{at}" for at in range(len(rows[0])))
        for row in rows:
            connection.execute(text(f"insert into {table} values ({marks})"), {f"v{at}": v for at, v in enumerate(row)})
    connection.commit()


def plain(value):
    """A result as something that can be compared: an object by its class and key."""
    if isinstance(value, Row):
        return ("row", *map(plain, value))
    if isinstance(value, (list, tuple, InstrumentedList)):
        return [plain(item) for item in value]
    if hasattr(value, "_sa_instance_state"):
        loaded = {key: plain(held) for key, held in vars(value).items() if isinstance(held, InstrumentedList)}
        return type(value).__name__, value.id, loaded
    return value


def unlabelled(statement):
    """A statement without the labels that `Query` gives its columns and `select()` does not."""
    flat = " ".join(statement.split())
    for column, label in COLUMN.findall(flat):
        flat = flat.replace(f".{label}", f".{column}")
    return LABEL.sub("", flat)


def imported(folder, name):
    """A module of a folder, made anew."""
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))


@pytest.fixture
def modules(tmp_path):
    """Import `queries` of some texts, with models of its own."""

    def make(texts):
        folder = tmp_path / uuid.uuid4().hex
        folder.mkdir()
        for name, content in texts.items():
            (folder / name).write_text(content)
        for name in ("queries", "models"):
            sys.modules.pop(name, None)
        models = imported(folder, "models")
        return imported(folder, "queries"), models

    yield make
    for name in ("queries", "models"):
        sys.modules.pop(name, None)


def watched(engine, statements):
    @event.listens_for(engine, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, many):
        statements.append((unlabelled(statement), parameters))


def ending(function, session):
    """What a function gives, or how it fails."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LegacyAPIWarning)
            return plain(function(session))
    except Exception as error:  # what is compared is how it fails
        return type(error).__name__


def outcome(module, models, name):
    """The result of a function, its statements, and the authors afterwards."""
    engine, statements = create_engine("sqlite://"), []
    with engine.connect() as connection:
        fill(connection, models)
    watched(engine, statements)
    with Session(engine) as session:
        result = ending(getattr(module, name), session)
        seen = list(statements)
        left = [tuple(row) for row in session.execute(text("select * from authors order by id"))]
    engine.dispose()
    return result, seen, left


async def awaited_outcome(module, models, name):
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.connect() as connection:
        await connection.run_sync(fill, models)
    async with AsyncSession(engine) as session:
        try:
            result = plain(await getattr(module, name)(session))
        except Exception as error:  # as above
            result = type(error).__name__
        left = [tuple(row) for row in await session.execute(text("select * from authors order by id"))]
    await engine.dispose()
    return result, left


@lru_cache
def texts_of(folder):
    """The texts of a case before and after its fixes."""
    case = read_case(folder)
    return case.texts, fixed_texts(case, [RULES[folder.parent.name]], unsafe=True)[0]


@pytest.mark.parametrize(("folder", "name"), PAIRS)
def test_a_query_gives_the_same_as_a_select(folder, name, modules):
    before, after = texts_of(folder)

    old = outcome(*modules(before), name)
    module, models = modules(after)
    new = outcome(module, models, name)

    assert (new[0], new[2]) == (old[0], old[2])
    explained = "Other SQL" in (getattr(module, name).__doc__ or "")
    assert (new[1] == old[1]) or explained, f"{old[1]}\n{new[1]}"


def test_there_are_enough_pairs():
    fixed = [folder for folder, *_ in (pair.values for pair in PAIRS)]

    assert len(fixed) >= 150


def asynchronous(text):
    """The same functions as coroutines with an async session, where they use it for nothing but queries."""
    parts = FUNCTION.findall(text)
    kept = [(name, body) for name, body in parts if body.count("session.") == body.count("session.query(")]
    # Something must be imported where nothing but the session was.
    head = text[: text.index("\n\n\ndef ")].replace("import Session", "import ORMExecuteState")
    code = "\n\n\n".join(f"async def {name}(session: AsyncSession):\n{body.rstrip()}" for name, body in kept)
    return f"{head}\nfrom sqlalchemy.ext.asyncio import AsyncSession\n\n\n{code}\n"


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.parent.name)
def test_a_query_of_an_async_session_becomes_what_the_sync_one_gave(folder, modules):
    texts, _ = texts_of(folder)
    twin = Case(folder, {**texts, "queries.py": asynchronous(texts["queries.py"])})
    after, _ = fixed_texts(twin, [RULES[folder.parent.name]], unsafe=True)
    names = [name for name, _ in FUNCTION.findall(texts["queries.py"]) if f"async def {name}(" in after["queries.py"]]
    unchanged = {name for name in names if "session.query(" in body_of(after["queries.py"], name)}

    sync, sync_models = modules(texts)
    old = {name: outcome(sync, sync_models, name) for name in names}
    module, models = modules(after)
    new = {name: asyncio.run(awaited_outcome(module, models, name)) for name in names if name not in unchanged}

    assert len(unchanged) <= 2, unchanged
    assert new == {name: (old[name][0], old[name][2]) for name in new}


def body_of(text, name):
    start = text.index(f"async def {name}(")
    return text[start:].partition("\n\n\n")[0]
