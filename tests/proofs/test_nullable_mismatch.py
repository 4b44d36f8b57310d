"""STK299 on the real SQLAlchemy and mypy: `nullable=` wins over the annotation, and nothing else notices."""

import contextlib

import mypy.api
import pytest
from schema_oracle import load, schema
from sqlalchemy import create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from stackcheck.registry import load_rules
from stackcheck.testing import examples

RULE = next(rule for rule in load_rules() if rule.code == "STK299")
BAD, GOOD = examples(RULE.page)


def mapped(annotation, **options):
    class Base(DeclarativeBase):
        pass

    body = {
        "__tablename__": "users",
        "__module__": __name__,
        "__annotations__": {"id": Mapped[int], "name": annotation},
        "id": mapped_column(primary_key=True),
        "name": mapped_column(**options),
    }
    return type("User", (Base,), body).__table__


@pytest.mark.parametrize("annotation", [Mapped[str], Mapped[str | None]])
@pytest.mark.parametrize("nullable", [True, False])
def test_an_explicit_nullable_wins(annotation, nullable):
    assert mapped(annotation, nullable=nullable).c.name.nullable is nullable


def test_none_comes_out_of_what_is_declared_as_a_string(tmp_path):
    (module, *_) = load(BAD, ["example"], tmp_path)
    engine = create_engine("sqlite://")
    module.Base.metadata.create_all(engine)

    with Session(engine) as session:
        session.add(module.User())
        session.commit()
        user = session.get(module.User, 1)

        with pytest.raises(AttributeError):
            user.name.upper()


def test_a_type_checker_finds_it_only_with_the_right_annotation(tmp_path):
    for name, page in (("bad", BAD), ("good", GOOD)):
        (tmp_path / f"{name}.py").write_text(page["example.py"] + "\nUser().name.upper()\n")

    report, _, _ = mypy.api.run(
        ["--config-file=", f"--cache-dir={tmp_path / 'cache'}", str(tmp_path / "bad.py"), str(tmp_path / "good.py")]
    )

    assert ["good.py" in line for line in report.splitlines() if ": error:" in line] == [True]


def test_both_examples_make_one_table(tmp_path):
    assert schema(load(BAD, ["example"], tmp_path)) == schema(load(GOOD, ["example"], tmp_path))


@pytest.mark.parametrize(("annotation", "stored"), [(Mapped[str], 0), (Mapped[str | None], 2)])
def test_sqlite_stores_rows_without_an_optional_key(annotation, stored):
    table = mapped(annotation, primary_key=True)
    engine = create_engine("sqlite://")
    table.create(engine)

    with engine.begin() as connection:
        for number in range(2):
            with contextlib.suppress(IntegrityError):
                connection.execute(table.insert().values(id=number, name=None))

        assert len(connection.execute(select(table)).all()) == stored
