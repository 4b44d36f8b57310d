"""STK201 on the real SQLAlchemy: what a fix writes maps the same tables, whichever columns it takes."""

import importlib
import types
import typing
from pathlib import Path

import mypy.api
import pytest
from schema_oracle import load, mapped_classes, schema
from sqlalchemy import Column, Integer, String, select
from sqlalchemy.exc import ArgumentError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    class_mapper,
    declarative_base,
    declared_attr,
    mapped_column,
)
from sqlalchemy.orm.exc import MappedAnnotationError
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
    "dialects": ["models"],
    "forms": ["models"],
    "functions": ["models"],
    "future_annotations": ["models"],
    "kept": ["models"],
    "names": ["models", "imported", "from_datetime"],
    "shared_table": ["models"],
    "types": ["shop.models"],
}


def fixed(name, *, unsafe):
    texts, outcome = fixed_texts(read_case(FIXTURES / name), [RULE], unsafe=unsafe)
    assert outcome.mended
    return texts


def test_the_comparison_sees_a_column_that_became_not_null(tmp_path):
    class_body = 'class U(Base):\n    __tablename__ = "u"\n    id: Mapped[int] = mapped_column(primary_key=True)\n'
    head = "from sqlalchemy import *\nfrom sqlalchemy.orm import *\nBase = declarative_base()\n" + class_body

    naked = schema(load({"models.py": f"{head}    name = Column(String)\n"}, ["models"], tmp_path))
    narrow = schema(load({"models.py": f"{head}    name: Mapped[str] = mapped_column(String)\n"}, ["models"], tmp_path))

    assert naked != narrow


@pytest.mark.parametrize("name", sorted({*MODULES} - {"annotated"}))  # where the annotations are our own
def test_annotations_say_what_the_columns_hold(name, tmp_path):
    modules = load(fixed(name, unsafe=True), MODULES[name], tmp_path)
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
async def test_the_fixed_example_stores_and_reads_rows(tmp_path):
    texts, _ = fixed_texts(Case(Path("/project"), examples(RULE.page)[0]), [RULE], unsafe=False)
    (module,) = load(texts, ["example"], tmp_path)
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


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")
@pytest.mark.parametrize(
    "arguments",
    [
        lambda key, name: {"exclude_properties": [name]},
        lambda key, name: {"include_properties": [key, name]},
        lambda key, name: {"properties": {"other": name}},
    ],
    ids=["exclude", "include", "properties"],
)
def test_a_mapper_looks_for_columns_in_some_arguments_only(arguments):
    def attributes(make):
        base = declarative_base()

        class User(base):
            __tablename__ = "users"
            key = make(Integer)
            name = make(String)
            __mapper_args__: typing.ClassVar = {"primary_key": [key], **arguments(key, name)}

        base.registry.configure()
        return set(class_mapper(User).column_attrs.keys())

    old = attributes(Column)
    try:
        new = attributes(mapped_column)
    except (ArgumentError, AttributeError):
        new = None

    assert new != old


def test_a_docstring_is_that_of_a_column_only():
    def doc(make):
        class Told:
            @declared_attr
            def name(self):
                """What it is."""
                return make(String)

        class User(Told, declarative_base()):
            __tablename__ = "users"
            id = Column(Integer, primary_key=True)  # noqa: STK201

        return User.__table__.c.name.doc

    assert (doc(Column), doc(mapped_column)) == ("What it is.", None)


def test_a_list_of_columns_holds_what_it_was_given():
    class User(declarative_base()):
        __tablename__ = "users"
        id = mapped_column(Integer, primary_key=True)
        name = mapped_column(String)
        searched: typing.ClassVar = [name]

    assert str(User.searched[0] == "Ada") == "users.name = :name_1"
    with pytest.raises(AttributeError):
        _ = User.searched[0].type


def test_the_annotation_of_a_function_in_the_mapped_class_itself_says_nothing():
    class User(declarative_base()):
        __tablename__ = "users"
        id = mapped_column(Integer, primary_key=True)

        @declared_attr
        def name(self) -> Mapped[str]:
            return mapped_column(String)

    assert User.__table__.c.name.nullable
