"""STK201 on the real SQLAlchemy: what a fix writes maps the same tables, whichever columns it takes."""

import importlib
import random
import sys
import types
import typing
import uuid
import warnings
from pathlib import Path

import mypy.api
import pytest
from sqlalchemy import Column, Integer, String, select
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.exc import CompileError, InvalidRequestError, UnsupportedCompilationError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    class_mapper,
    configure_mappers,
    declarative_base,
    mapped_column,
)
from sqlalchemy.orm.exc import MappedAnnotationError
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeDecorator

from stackcheck.check.results import Checks
from stackcheck.engine import Job
from stackcheck.fix.passes import fix_project
from stackcheck.registry import load_rules
from stackcheck.testing import Case, examples, fixed_texts, project_of, read_case

RULE = next(rule for rule in load_rules() if rule.code == "STK201")
FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules" / "sqlalchemy" / "legacy_column"
# The modules of each fixture that can be imported with what the tests install.
MODULES = {
    "across_files": ["shop.models"],
    "annotated": ["models"],
    "forms": ["models"],
    "future_annotations": ["models"],
    "kept": ["models"],
    "names": ["models", "imported", "from_datetime"],
    "shared_table": ["models"],
    "types": ["shop.models"],
}
DIALECTS = (sqlite.dialect(), postgresql.dialect(), mysql.dialect())


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Import modules of a project that is given as texts; every call starts anew."""

    def load(texts, names):
        folder = tmp_path / uuid.uuid4().hex
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        before = set(sys.modules)
        with monkeypatch.context() as patch, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the old spellings warn, which is not what is shown here
            patch.syspath_prepend(str(folder))
            importlib.invalidate_caches()
            modules = [importlib.import_module(name) for name in names]
            configure_mappers()
            for name in set(sys.modules) - before:
                module = sys.modules[name]
                if str(folder) in str(module.__file__):
                    del sys.modules[name]
                    modules += [module] * (module not in modules)
        return modules

    return load


def mapped_classes(modules):
    found = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    return sorted((cls for cls in found if "__mapper__" in vars(cls)), key=name_of)


def name_of(cls):
    return f"{cls.__module__}.{cls.__name__}"


def schema(modules):
    """All that the database and the mappers know: DDL in three dialects, columns, attributes."""
    classes = mapped_classes(modules)
    tables = {(cls.__module__, name): table for cls in classes for name, table in cls.__table__.metadata.tables.items()}
    assert tables
    return {
        "ddl": {(name, dialect.name): ddl(table, dialect) for name, table in tables.items() for dialect in DIALECTS},
        "columns": {name: [facts(column) for column in table.columns] for name, table in tables.items()},
        "attributes": {
            name_of(cls): [
                (prop.key, [str(column) for column in prop.columns], prop.deferred, prop.group, prop.active_history)
                for prop in class_mapper(cls).column_attrs
            ]
            for cls in classes
        },
        "keys": {name_of(cls): [str(column) for column in class_mapper(cls).primary_key] for cls in classes},
    }


def ddl(table, dialect):
    try:
        indexes = sorted(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)
        return [str(CreateTable(table).compile(dialect=dialect)), *indexes]
    except (CompileError, UnsupportedCompilationError) as error:
        return [type(error).__name__]


def facts(column):
    return (
        column.name, column.key, repr(column.type), column.nullable, column.primary_key, column.index, column.unique,
        column.autoincrement, getattr(column.default, "arg", None) is None, str(column.server_default is None),
        sorted(key.target_fullname for key in column.foreign_keys), column.comment, repr(column.info),
        column.computed is None, column.identity is None,
    )  # fmt: skip


def fixed(name, *, unsafe):
    texts, outcome = fixed_texts(read_case(FIXTURES / name), [RULE], unsafe=unsafe)
    assert outcome.mended
    return texts


def some_fixed(name, seed):
    """The texts of a fixture with a random half of its columns fixed."""
    chance = random.Random(seed)
    chosen = {}
    evaluator, job = project_of(read_case(FIXTURES / name), [RULE])

    def is_chosen(file, hit):
        return hit.fix is not None and chosen.setdefault(hit.message, chance.random() < 0.5)

    outcome = fix_project(evaluator, job, is_chosen)
    assert not outcome.errors
    return {**read_case(FIXTURES / name).texts, **outcome.texts}


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("name", MODULES)
def test_the_schema_stays_the_same(name, unsafe, load):
    before = schema(load(read_case(FIXTURES / name).texts, MODULES[name]))

    after = schema(load(fixed(name, unsafe=unsafe), MODULES[name]))

    assert after == before


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", MODULES)
def test_the_schema_stays_the_same_whichever_columns_are_fixed(name, seed, load):
    before = schema(load(read_case(FIXTURES / name).texts, MODULES[name]))

    after = schema(load(some_fixed(name, seed), MODULES[name]))

    assert after == before


def test_the_comparison_sees_a_column_that_became_not_null(load):
    class_body = 'class U(Base):\n    __tablename__ = "u"\n    id: Mapped[int] = mapped_column(primary_key=True)\n'
    head = "from sqlalchemy import *\nfrom sqlalchemy.orm import *\nBase = declarative_base()\n" + class_body

    naked = schema(load({"models.py": f"{head}    name = Column(String)\n"}, ["models"]))
    narrow = schema(load({"models.py": f"{head}    name: Mapped[str] = mapped_column(String)\n"}, ["models"]))

    assert naked != narrow


@pytest.mark.parametrize("name", sorted({*MODULES} - {"annotated"}))  # where the annotations are our own
def test_annotations_say_what_the_columns_hold(name, load):
    modules = load(fixed(name, unsafe=True), MODULES[name])
    spaces = {module.__name__: vars(module) for module in modules}
    held = [
        (cls, attribute, kind, class_mapper(cls).column_attrs[attribute].columns[0])
        for cls in mapped_classes(modules)
        for attribute, kind in declared(cls, spaces).items()
    ]

    assert held
    for cls, attribute, kind, column in held:
        parts = (
            typing.get_args(kind) if type(kind) is types.UnionType or typing.get_origin(kind) is typing.Union else ()
        )
        assert (types.NoneType in parts) == column.nullable, (cls, attribute)
        plain = parts[0] if parts else kind
        if plain is not typing.Any and not isinstance(column.type, TypeDecorator):
            assert (typing.get_origin(plain) or plain) == column.type.python_type, (cls, attribute)


def declared(cls, spaces):
    """What stands in `Mapped[…]` for each column of a class and of those above it."""
    found = {}
    for owner in reversed(cls.__mro__):
        for attribute, annotation in vars(owner).get("__annotations__", {}).items():
            if isinstance(annotation, str):
                annotation = eval(annotation, spaces[owner.__module__], dict(vars(owner)))
            if typing.get_origin(annotation) is Mapped:
                (found[attribute],) = typing.get_args(annotation)
    return {name: kind for name, kind in found.items() if name in class_mapper(cls).column_attrs}


def test_an_older_python_gets_optional():
    case = Case(Path("/project"), examples(RULE.page)[0])
    evaluator, job = project_of(case, [RULE])
    old = Job(job.files, lambda file: Checks((RULE,), python=(3, 9)))

    text = fix_project(evaluator, old, lambda file, hit: True).texts["example.py"]

    assert "seen_at: Mapped[Optional[datetime]] = mapped_column(DateTime)" in text
    assert "from typing import Optional" in text


def test_a_type_checker_sees_the_value_only_through_mapped(tmp_path):
    reveal = "\nreveal_type(User().name)\n"
    for name, page in zip(("bad", "good"), examples(RULE.page), strict=True):
        (tmp_path / f"{name}.py").write_text(page["example.py"] + reveal)

    report, _, _ = mypy.api.run(
        ["--config-file=", f"--cache-dir={tmp_path / 'cache'}", str(tmp_path / "bad.py"), str(tmp_path / "good.py")]
    )

    bad, good = (line for line in sorted(report.splitlines()) if "Revealed type" in line)
    assert "Column[" in bad
    assert '"str"' in good or '"builtins.str"' in good


def test_the_mypy_plugin_is_gone():
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("sqlalchemy.ext.mypy.plugin")


@pytest.mark.asyncio
async def test_the_fixed_example_stores_and_reads_rows(load):
    texts, _ = fixed_texts(Case(Path("/project"), examples(RULE.page)[0]), [RULE], unsafe=False)
    (module,) = load(texts, ["example"])
    engine = create_async_engine("sqlite+aiosqlite://")

    async with engine.begin() as connection:
        await connection.run_sync(module.Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        session.add(module.User(name="Ada"))
        await session.commit()
        user = (await session.scalars(select(module.User))).one()

        assert (user.id, user.name, user.seen_at) == (1, "Ada", None)
    await engine.dispose()


# What the guards are for.


def test_a_name_for_type_checkers_alone_cannot_be_mapped():
    base = declarative_base()
    body = {"__tablename__": "u", "id": mapped_column(Integer, primary_key=True), "name": mapped_column(String)}

    with pytest.raises(MappedAnnotationError):
        type("User", (base,), {**body, "__annotations__": {"name": "Mapped[OnlyForCheckers]"}, "__module__": __name__})


def test_a_mixin_of_a_dataclass_cannot_be_annotated():
    class Base(DeclarativeBase):
        pass

    class Mixin:
        size: Mapped[int] = mapped_column(Integer)

    with pytest.raises((InvalidRequestError, DeprecationWarning), match="not a dataclass"):

        class User(Mixin, MappedAsDataclass, Base):
            __tablename__ = "users"
            id: Mapped[int] = mapped_column(primary_key=True, init=False)


def test_a_column_without_type_takes_one_from_its_annotation():
    base = declarative_base()

    class User(base):
        __tablename__ = "users"
        id: Mapped[int] = mapped_column(primary_key=True)
        old = Column()  # noqa: STK201 # what it is instead is the subject
        new: Mapped[str | None] = mapped_column()

    assert (str(User.__table__.c.old.type), str(User.__table__.c.new.type)) == ("NULL", "VARCHAR")


def test_a_mapped_column_has_no_type_of_its_own():
    assert isinstance(Column(Integer).type, Integer)
    with pytest.raises(AttributeError):
        _ = mapped_column(Integer).type
    with pytest.raises(NotImplementedError):
        mapped_column(Integer).label("other")


def test_in_a_class_body_a_column_hides_the_type_of_its_name():
    class Visit:
        date = mapped_column()
        day: Mapped[date]

    assert typing.get_args(Visit.__annotations__["day"]) == (Visit.date,)
