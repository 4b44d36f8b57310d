"""STK202 on the real SQLAlchemy and mypy: what an annotation says, and where it would do more than that."""

import inspect

import mypy.api
import pytest
from schema_oracle import load, schema
from sqlalchemy import Integer, String
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from stackcheck.registry import load_rules
from stackcheck.testing import examples

RULE = next(rule for rule in load_rules() if rule.code == "STK202")
BAD, GOOD = examples(RULE.page)


def revealed(page, tmp_path):
    path = tmp_path / "example.py"
    path.write_text(page["example.py"] + "\nreveal_type(User().name)\n")
    report, _, _ = mypy.api.run(["--config-file=", f"--cache-dir={tmp_path / 'cache'}", str(path)])
    return next(line for line in report.splitlines() if "Revealed type" in line)


def test_a_type_checker_sees_the_value_only_through_mapped(tmp_path):
    assert '"Any"' in revealed(BAD, tmp_path)
    assert "str" in revealed(GOOD, tmp_path)


def test_both_examples_make_one_table(tmp_path):
    assert schema(load(BAD, ["example"], tmp_path)) == schema(load(GOOD, ["example"], tmp_path))


def test_a_column_without_type_and_annotation_maps_nothing():
    class Base(DeclarativeBase):
        pass

    with pytest.raises(ArgumentError, match="typing annotation is required"):

        class User(Base):
            __tablename__ = "users"
            id: Mapped[int] = mapped_column(primary_key=True)
            name = mapped_column()  # noqa: STK202 # what it is without is the subject


def test_an_annotation_makes_a_parameter_in_a_dataclass():
    def parameters(annotation):
        class Base(MappedAsDataclass, DeclarativeBase):
            pass

        body = {
            "__tablename__": "users",
            "__module__": __name__,
            "__annotations__": {"id": Mapped[int], **annotation},
            "id": mapped_column(Integer, primary_key=True, init=False),
            "name": mapped_column(String),
        }
        return list(inspect.signature(type("User", (Base,), body)).parameters)

    assert (parameters({}), parameters({"name": Mapped[str | None]})) == ([], ["name"])
