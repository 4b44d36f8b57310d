"""STK280 on the real SQLAlchemy: which annotations it refuses, which it does not, and what the fixes make of them."""

from pathlib import Path

import pytest
from schema_oracle import load
from sqlalchemy.orm import class_mapper
from sqlalchemy.orm.exc import MappedAnnotationError

from stackcheck.registry import load_rules
from stackcheck.testing import Case, fixed_texts, found_in

PROJECT = Path("/project")
RULE = next(rule for rule in load_rules() if rule.code == "STK280")
IMPORTS = """
import dataclasses
import datetime
import typing as t
import uuid
from typing import Annotated, Any, Callable, ClassVar, Dict, Final, List, Optional, Set, TypeVar, Union

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase, DynamicMapped, InstrumentedAttribute, Mapped, MappedAsDataclass, MappedColumn, Query, Relationship,
    RelationshipProperty, WriteOnlyMapped, column_property, composite, declarative_base, declared_attr, deferred,
    mapped_column, query_expression, registry, relationship, synonym,
)

T = TypeVar("T")
Number = Mapped[int]
Whole = Optional[int]
mapper_registry = registry()


class Base(DeclarativeBase):
    registry = mapper_registry


class Old(Base):
    __tablename__ = "old"

    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))
"""
MAPPED = """
class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    {line}
"""
PLACES = {
    "mapped": MAPPED,
    "by registry": MAPPED.replace("class User(Base)", "@mapper_registry.mapped\nclass User"),
    "by table": """
class User(Base):
    __table__ = Table("users", Base.metadata, Column("id", Integer, primary_key=True))

    {line}
""",
    "shared": """
class Person(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    kind = Column(String, nullable=False)
    __mapper_args__ = {{"polymorphic_on": kind, "polymorphic_identity": "person"}}


class User(Person):
    __mapper_args__ = {{"polymorphic_identity": "user"}}

    {line}
""",
    "mixin": """
class Mixin:
    {line}


class User(Mixin, Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
""",
    "abstract": """
class Abstract(Base):
    __abstract__ = True

    {line}


class User(Abstract):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
""",
    "base": """
class Another(DeclarativeBase):
    metadata = Base.metadata
    registry = Base.registry

    {line}


class User(Another):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
""",
    "allowed": MAPPED.replace("__tablename__", "__allow_unmapped__ = True\n    __tablename__"),
    "allowed mixin": """
class Mixin:
    __allow_unmapped__ = True

    {line}


class User(Mixin, Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
""",
    "dataclass": """
class User(MappedAsDataclass, Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    {line}
""",
    "imperative": """
class User:
    {line}


Base.registry.map_imperatively(User, Table("users", Base.metadata, Column("id", Integer, primary_key=True)))
""",
}
OWN = ("mapped", "by registry", "by table", "shared")
ABOVE = ("mixin", "abstract", "base")
# What stands in the class, and where SQLAlchemy refuses it.
REFUSED = {
    **dict.fromkeys(
        (
            'x: List["Old"] = relationship("Old")',
            'x: "Old" = relationship("Old")',
            'x: "List[Old]" = relationship("Old")',
            'x: Optional["Old"] = relationship("Old", uselist=False)',
            'x: "Old | None" = relationship("Old", uselist=False)',
            'x: "Nowhere" = relationship("Old")',
            'x: Any = relationship("Old")',
            'x: object = relationship("Old")',
            'x: ClassVar = relationship("Old")',
            'x: Query = relationship("Old", lazy="dynamic")',
            'x: Relationship = relationship("Old")',
            'x: RelationshipProperty["Old"] = relationship("Old")',
            "x: Column[int]",
            "x: int = deferred(Column(Integer))",
            "x: int = column_property(sa.literal(1))",
            "x: int = query_expression()",
            'x: int = synonym("id")',
            "x: str",
            'x: "str"',
            "x: Any",
            "x: Final[str]",
            'x: List["Old"]',
            "x: Dict[str, int]",
            "x: Callable[[], int]",
            "x: datetime.date | None",
            'x: "Nowhere"',
            "x: Mapped",
            "_x: str",
            "x: Optional[str] = None",
            'x: Annotated[int, "x"]',
        ),
        OWN,
    ),
    **dict.fromkeys(
        (
            "x: int = mapped_column(Integer)",
            "x: Optional[int] = mapped_column(Integer)",
            'x: "int" = mapped_column(Integer)',
            "x: MappedColumn = mapped_column(Integer)",
            "x: Any = mapped_column(Integer)",
        ),
        # Where a class says that it has other annotations, SQLAlchemy still reads those above it.
        (*OWN, *ABOVE, "allowed mixin"),
    ),
    **dict.fromkeys(
        (
            "x: int = Column(Integer)",
            "x: Column = Column(Integer)",
            "x: Column[int] = Column(Integer)",
            "x: Optional[int] = Column(Integer)",
            "@declared_attr\n    def x(cls) -> int: return Column(Integer)",
            "@declared_attr\n    def x(cls) -> Column: return Column(Integer)",
            '@declared_attr\n    def x(cls) -> "int": return mapped_column(Integer)',
            '@declared_attr\n    def x(cls) -> List["Old"]: return relationship("Old")',
            "@declared_attr\n    def x(cls) -> int: return 5",
            "@declared_attr\n    @classmethod\n    def x(cls) -> int: return Column(Integer)",
        ),
        (*ABOVE, "allowed mixin"),
    ),
    "x: T": OWN,
    **dict.fromkeys(
        (
            "x: Mapped[int] = mapped_column(Integer)",
            "x: Mapped[int] = Column(Integer)",
            "x: MappedColumn[int] = mapped_column(Integer)",
            "x: ClassVar[int] = Column(Integer)",
            "x: Number = mapped_column(Integer)",
            "x: Mapped[int]",
            "x: Number",
            'x: "Mapped[int]"',
            "x: ClassVar[str]",
            "x: AssociationProxy[int]",
            "x: InstrumentedAttribute[int]",
            'x: List[int] = association_proxy("id", "id")',
            "x: list = []",
            "x: int = 5",
            'x: "Nowhere" = 5',
            'x: int = int("5")',
            "__x__: str",
            "_sa_x: str",
            "x: str\n    x = 5",
            "x: str\n    def x(self): pass",
            "x: str\n    @hybrid_property\n    def x(self): return 1",
            "@declared_attr\n    def x(cls) -> Mapped[int]: return mapped_column(Integer)",
            "@declared_attr\n    def x(cls): return Column(Integer)",
            "@declared_attr\n    def __mapper_args__(cls) -> dict: return {}",
            "@hybrid_property\n    def x(self) -> int: return 5",
            "@property\n    def x(self) -> int: return 5",
        ),
        (),
    ),
}
UNKNOWN = {"x: T"}  # SQLAlchemy refuses it; to the rule it could be a name for `Mapped[int]`


def text_of(line, place):
    return IMPORTS + PLACES[place].format(line=line)


def refused(line, place, folder):
    """Whether SQLAlchemy refuses the annotation; None where it refuses the class for something else."""
    try:
        load({"models.py": text_of(line, place)}, ["models"], folder)
    except MappedAnnotationError:
        return True
    except Exception:  # a relationship in a mixin, a column beside a `__table__`
        return None
    return False


def found(line, place):
    case = Case(PROJECT, {"models.py": text_of(line, place)})
    return any(checked.hits for checked in found_in(case, [RULE]).values())


@pytest.mark.parametrize("line", REFUSED)
def test_sqlalchemy_refuses_what_the_rule_finds_and_nothing_else(line, tmp_path):
    places = set(REFUSED[line])

    for place in PLACES:
        assert bool(refused(line, place, tmp_path)) == (place in places), place
        assert found(line, place) == (place in places and line not in UNKNOWN), place


@pytest.mark.parametrize("line", [line for line, places in REFUSED.items() if places and line not in UNKNOWN])
def test_what_is_fixed_is_accepted(line, tmp_path):
    for place in set(REFUSED[line]) - {"by table"}:  # to which no column can be added
        case = Case(PROJECT, {"models.py": text_of(line, place)})
        texts, outcome = fixed_texts(case, [RULE], unsafe=True)

        assert not outcome.errors
        if outcome.mended:
            load(texts, ["models"], tmp_path)


@pytest.mark.parametrize(
    ("annotation", "arguments", "many"),
    [
        ('List["Old"]', "", True),
        ('"List[Old]"', "", True),
        ('"RelationshipProperty[List[Old]]"', "", True),
        ('RelationshipProperty["Old"]', ", uselist=False", False),
        ('t.List["Old"]', "", True),
        ('Set["Old"]', ", collection_class=set", True),
        ('Optional["Old"]', ", uselist=False", False),
        ('"Optional[Old]"', ", uselist=False", False),
        ('"Old"', ", uselist=False", False),
    ],
)
def test_a_fixed_relationship_is_to_as_many_as_without_an_annotation(annotation, arguments, many, tmp_path):
    def lists(texts):
        (module, *_) = load(texts, ["models"], tmp_path)
        return class_mapper(module.User).relationships["x"].uselist

    value = f'relationship("Old"{arguments})'
    plain = lists({"models.py": text_of(f"x = {value}", "mapped")})
    texts, outcome = fixed_texts(
        Case(PROJECT, {"models.py": text_of(f"x: {annotation} = {value}", "mapped")}), [RULE], unsafe=False
    )

    assert outcome.mended
    assert lists(texts) == plain == many


def test_quoted_whole_a_list_would_be_one_object(tmp_path):
    text = text_of('x: Mapped["List[Old]"] = relationship("Old")', "mapped")

    (module, *_) = load({"models.py": text}, ["models"], tmp_path)

    assert class_mapper(module.User).relationships["x"].uselist is False
