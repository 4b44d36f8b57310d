"""What the analysis of declarative classes says of columns, foreign keys and relationships."""

from pathlib import Path

import pytest

from stackcheck.registry import load_rules
from stackcheck.testing import Case, project_of

RULE = next(rule for rule in load_rules() if rule.code == "STK203")
HEAD = """
from typing import Annotated, Any, ClassVar, Optional
import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, String, Table, orm
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, backref, column_property, declarative_base, declared_attr, deferred, mapped_column,
    relationship
)

class Base(DeclarativeBase):
    pass
"""
USERS = """
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
"""
POSTS = """
class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))
"""


def merged(*parts, **texts):
    """What the analysis knows of a project: of `models.py`, or of the files that are named."""
    files = {f"{name.replace('__', '/')}.py": text for name, text in texts.items()}
    evaluator, _ = project_of(Case(Path("/project"), files or {"models.py": "".join(parts)}), [RULE])
    return evaluator.merged("orm-classes")


def ends(name, *parts, cls="User"):
    """(target, many, required) of a relationship."""
    found = merged(HEAD, *parts)["models.py", cls].relationship(name)
    return found.target and found.target[1], found.many, found.required


def user(*lines):
    return USERS + "".join(f"    {line}\n" for line in lines)


def post(*lines):
    return POSTS + "".join(f"    {line}\n" for line in lines)


ENDS = {
    "to_many_by_the_key_over_there": ('relationship("Post")', True),
    "to_one_by_uselist": ('relationship("Post", uselist=False)', False),
    "to_many_by_a_table_in_between": ('relationship("Post", secondary="links")', True),
    "to_many_by_a_table_as_second_argument": ('relationship("Post", links)', True),
    "to_many_by_its_collection": ('relationship("Post", collection_class=set)', True),
    "to_many_by_its_loader": ('relationship("Post", lazy="dynamic")', True),
    "to_one_by_its_annotation": ('Mapped["Post"] = relationship("Post", uselist=True)', False),
    "to_one_as_all_of_it_is_quoted": ('Mapped["list[Post]"] = relationship("Post")', False),
    "to_many_by_its_annotation": ('Mapped[list["Post"]] = relationship()', True),
    "to_many_by_a_quoted_annotation": ("'Mapped[list[Post]]' = relationship()", True),
    "unknown_by_a_variable": ('relationship("Post", uselist=FLAG)', None),
    "unknown_by_what_is_unpacked": ('relationship("Post", **options)', None),
    "to_many_by_a_join_as_text": ('relationship("Post", primaryjoin="User.id == Post.user_id")', True),
    "to_one_by_a_join_that_says_so": ('relationship("Post", primaryjoin="foreign(User.id) == Post.id")', False),
    "unknown_by_a_join_as_code": ('relationship("Post", primaryjoin=lambda: User.id == Post.user_id)', None),
    "unknown_by_a_foreign_side_as_code": ('relationship("Post", foreign_keys=lambda: Post.user_id)', None),
}


@pytest.mark.parametrize(("code", "many"), ENDS.values(), ids=ENDS)
def test_whether_a_relationship_is_to_many(code, many):
    line = f"posts: {code}" if " = " in code and code[0] in "M'" else f"posts = {code}"

    assert ends("posts", user(line), POSTS) == ("Post", many, False)


@pytest.mark.parametrize(
    ("column", "required"),
    {
        'Column(ForeignKey("users.id"))': False,
        'Column(ForeignKey("users.id"), nullable=False)': True,
        'Column(ForeignKey("users.id"), nullable=FLAG)': False,
        'Column(ForeignKey("users.id"), primary_key=True)': True,
        'Column(ForeignKey("users.id"), nullable=False, **options)': True,
        'Column(ForeignKey("users.id"), primary_key=True, **options)': False,
        "Column(Integer, ForeignKey(User.id), nullable=False)": True,
        "Column(Integer, ForeignKey(User.__table__.c.id), nullable=False)": True,
        'Column("owner", Integer, sa.ForeignKey(column="public.users.id"), nullable=False)': True,
        'deferred(Column(ForeignKey("users.id"), nullable=False))': True,
        'mapped_column(ForeignKey("users.id"))': False,
        'Mapped[int] = mapped_column(ForeignKey("users.id"))': True,
        'Mapped[int | None] = mapped_column(ForeignKey("users.id"))': False,
        'Mapped[Optional[int]] = mapped_column(ForeignKey("users.id"), nullable=False)': True,
        'Mapped["int"] = mapped_column(ForeignKey("users.id"), nullable=True)': False,
        "Mapped[user_key]": True,
        'Mapped[Annotated[int, mapped_column(ForeignKey("users.id"))]]': True,
    }.items(),
)
def test_whether_what_a_foreign_key_leads_to_may_be_none(column, required):
    colon = ":" if column.startswith("Mapped") else " ="
    posts = POSTS.replace("user_id =", f"user_id{colon} {column}  #")
    alias = 'user_key = Annotated[int, mapped_column(ForeignKey("users.id"))]\n'

    assert ends("user", alias, USERS, posts, '    user = relationship("User")\n', cls="Post") == (
        "User",
        False,
        required,
    )


def test_which_of_two_keys_is_meant():
    second = post('editor_id = Column(ForeignKey("users.id"), nullable=False)', 'editor = relationship("User", {})')

    for given in ("foreign_keys=[editor_id]", 'foreign_keys="Post.editor_id"', 'foreign_keys="[Post.editor_id]"'):
        assert ends("editor", USERS, second.format(given), cls="Post") == ("User", False, True)
    assert ends("posts", user('posts = relationship("Post", foreign_keys="Post.editor_id")'), second) == (
        "Post",
        True,
        False,
    )
    assert ends("editor", USERS, second.format("foreign_keys=[Other.editor_id]"), cls="Post") == ("User", None, False)


def test_a_composite_key_is_required_if_all_of_it_is():
    keys = post(
        'area = Column("area_name", String, nullable=False)',
        '__table_args__ = (ForeignKeyConstraint(["user_id", "area_name"], ["users.id", "users.area"]), {})',
        'user = relationship("User")',
    ).replace('ForeignKey("users.id")', "Integer")

    assert ends("user", USERS, keys, cls="Post") == ("User", False, False)
    assert ends("user", USERS, keys.replace("(Integer)", "(Integer, nullable=False)"), cls="Post")[2]
    assert merged(HEAD, USERS, keys)["models.py", "Post"].keys == ((("user_id", "area"), "users"),)


@pytest.mark.parametrize(
    ("given", "many"),
    {
        "": True,
        ", remote_side=[id]": False,
        ', remote_side="User.id"': False,
        ", remote_side=[boss_id]": True,
        ", remote_side=lambda: User.id": None,
        ', primaryjoin="User.id == remote(User.boss_id)"': None,
    }.items(),
)
def test_a_class_that_leads_to_itself(given, many):
    lines = user('boss_id = Column(ForeignKey("users.id"))', f'others = relationship("User"{given})')

    assert ends("others", lines) == ("User", many, False)


def test_the_keys_of_a_class_above_count():
    workers = """
class Worker(User):
    __tablename__ = "workers"
    id = Column(ForeignKey("users.id"), primary_key=True)
    posts = relationship("Post")
    boss = relationship("Boss")
class Boss(User):
    __tablename__ = "bosses"
    id = Column(ForeignKey("users.id"), primary_key=True)
"""

    assert ends("posts", USERS, POSTS, workers, cls="Worker") == ("Post", True, False)
    # Both are rows of one table, too.
    assert ends("boss", USERS, workers, cls="Worker") == ("Boss", None, False)


def test_tables_by_a_function_by_a_base_and_by_a_variable():
    made = """
class Named:
    id = Column(Integer, primary_key=True)
    @declared_attr.directive
    def __tablename__(cls):
        return snake_case(cls.__name__)
Root = declarative_base(cls=Named)
class BlogUser(Root):
    posts = relationship("BlogPost")
    rows = relationship("Row")
class BlogPost(Root):
    user_id = Column(ForeignKey("blog_user.id"))
rows = Table("rows", Root.metadata, Column("user_id", ForeignKey("blog_user.id")))
class Row(Root):
    __table__ = rows
    owner_id = Column(ForeignKey("blog_user.id"))
"""
    found = merged(HEAD, made)

    assert found["models.py", "BlogUser"].relationship("posts").many
    assert found["models.py", "BlogUser"].relationship("rows").many
    assert found["models.py", "BlogUser"].table == ""
    assert found["models.py", "Row"].table == "rows"
    assert found["models.py", "BlogPost"].has_column("id")
    assert found["models.py", "BlogPost"].bases == (("models.py", "Root"),)


def test_what_is_unpacked_from_a_dictionary_of_the_class_or_the_module():
    common = 'common = {"lazy": "selectin", "uselist": False}\n'
    lines = user(
        "own = {'collection_class': set}", 'a = relationship("Post", **common)', 'b = relationship("Post", **own)'
    )

    found = merged(HEAD, common, lines, POSTS)["models.py", "User"]

    assert [(one.many, one.lazy, one.collection) for one in found.relationships] == [
        (False, "selectin", ""),
        (True, "", "builtins.set"),
    ]


def test_backrefs_are_relationships_of_the_other_class():
    lines = user(
        'posts = relationship("Post", backref="user")',
        'first = relationship("Post", uselist=False, backref=backref("only", uselist=True, lazy="joined"))',
        'liked = relationship("Post", secondary="likes", backref=orm.backref("fans", collection_class=set))',
    )
    found = merged(HEAD, lines, POSTS.replace('users.id")', 'users.id"), nullable=False'))

    made = {one.name: one for one in found["models.py", "Post"].relationships}
    assert {one.backref for one in made.values()} == {("models.py", "Post")}
    assert [(name, one.many, one.required, one.lazy, one.collection) for name, one in made.items()] == [
        ("user", False, True, "", ""),
        ("only", True, False, "joined", ""),
        ("fans", True, False, "", "builtins.set"),
    ]


def test_a_name_is_looked_up_among_the_classes_of_its_base():
    one = HEAD + user("posts = relationship(chr(80))", 'other = relationship("Post")') + POSTS
    far = """
from app.one import User
from sqlalchemy.orm import relationship
class Late(User):
    p = relationship("app.one.Post")
"""

    found = merged(app__one=one, app__two=HEAD + USERS + POSTS, app__three=far)

    assert found["app/one.py", "User"].relationship("other").target == ("app/one.py", "Post")
    assert found["app/one.py", "User"].relationship("posts").target is None
    assert found["app/three.py", "Late"].relationship("p").target == ("app/one.py", "Post")
    assert found["Post"] == (("app/one.py", "Post"), ("app/two.py", "Post"))


def test_columns_of_every_form():
    lines = user(
        "a: Mapped[int]",
        "b: Mapped[Optional[str]] = mapped_column()",
        "c = column_property(Column(Integer))",
        "d: int = 3",
        "e: ClassVar[int]",
        "f = property(lambda self: 1)",
    )

    found = merged(HEAD, lines)["models.py", "User"]

    assert [name for name, _ in found.columns] == ["id", "a", "b", "c"]


def test_sqlmodel():
    heroes = """
from sqlmodel import Field, Relationship, SQLModel
class Team(SQLModel, table=True):
    __tablename__ = "team"
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str
    rows: ClassVar[int] = 3
    heroes: list["Hero"] = Relationship(back_populates="team")
class Hero(SQLModel, table=True):
    team_id: Optional[int] = Field(default=None, foreign_key="team.id")
    team: Optional[Team] = Relationship(back_populates="heroes")
"""
    found = merged(HEAD, heroes)

    assert [name for name, _ in found["models.py", "Team"].columns] == ["id", "name"]
    assert found["models.py", "Team"].relationship("heroes")[2:4] == (("models.py", "Hero"), True)
    assert found["models.py", "Hero"].relationship("team")[2:4] == (("models.py", "Team"), False)
    assert found["models.py", "Hero"].keys == ((("team_id",), "team"),)
