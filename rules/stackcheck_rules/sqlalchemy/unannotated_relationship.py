"""Relationship without a `Mapped` annotation

## Why is this bad?

To a type checker `posts = relationship("Post")` can be anything: `user.posts[0].titel` goes unnoticed, and no
editor completes it. `Mapped[list["Post"]]` says what the attribute holds, and whether it is one object,
one or None, or many.

Where a relationship leads is looked up across files: by `uselist=`, `secondary=`, `collection_class=`, and
by which of the two tables refers to the other.

## Example

```python
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    posts = relationship("Post", back_populates="author")


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    author = relationship("User", back_populates="posts")
```

Use instead:

```python
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list["Post"]] = relationship("Post", back_populates="author")


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    author: Mapped["User | None"] = relationship("User", back_populates="posts")
```

## Fix safety

The mapper stays the same: every argument is kept, and a fix is offered only where it is certain whether the
relationship leads to one object or to many. One object may be None unless each column of the foreign key
is NOT NULL. A class of another file is imported under `if TYPE_CHECKING:`, which is all that SQLAlchemy and
type checkers need.

Unsafe for dictionaries (`attribute_keyed_dict`), whose keys become `Any`, and in a class of which no
declarative class of the project is known to inherit. No fix is offered in dataclasses, where an annotation
makes a parameter of `__init__`, nor where the class's name means something else in the file.

## References

- [SQLAlchemy: basic relationship patterns](https://docs.sqlalchemy.org/en/20/orm/basic_relationships.html)
- [SQLAlchemy 2.0: migrating an existing mapping](https://docs.sqlalchemy.org/en/20/changelog/whatsnew_20.html#migrating-an-existing-mapping)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Fix, Kind, Rule
from stackcheck_rules.analyses.descendants import descendants
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.heirs import PLAIN, heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.orm_classes import orm_classes
from stackcheck_rules.analyses.relationship_uses import RelationshipUse, relationship_uses
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._column_guards import TABLED, class_words, is_dataclass
from stackcheck_rules.sqlalchemy._relationship_notes import Note, note_of, relationship_at
from stackcheck_rules.sqlalchemy._relationships import is_relationship

# What `declared_attr` functions are said to return that says nothing.
VAGUE = {"sqlalchemy.orm.relationship", "sqlalchemy.orm.RelationshipProperty", "typing.Any"}

rule = Rule(
    "STK203",
    requires=(KINDS, heirs, descendants, orm_classes, relationship_uses),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    outside=(sqlalchemy_branches,),
    severity="warning",
)


@rule.on_fact(relationship_uses)
def check(use: RelationshipUse, ctx: Context) -> Iterator[Finding]:
    if not is_relationship(use, ctx) or not is_open(use.note, use, ctx):
        return
    cls = Kind("class", use.owner, ctx.file)
    words = class_words(cls, ctx)
    if "sqlmodel" in words or not words & {*TABLED, "orm-dataclass", PLAIN}:
        return
    note = None if "orm-dataclass" in words or is_dataclass(cls, ctx) else noted(use, ctx)
    name = use.owner.rpartition(".")[2]
    said = f"declare it as `{note.written.code}`" if note else "annotate it with `Mapped`"
    yield Finding(
        use.at, f"relationship `{use.name}` of `{name}` has no annotation; {said}", fix(use, note, words, ctx)
    )


def is_open(note: Expr, use: RelationshipUse, ctx: Context) -> bool:
    """Whether nothing is said of what the attribute holds."""
    return note == ("other",) or (use.returned and ctx.symbol(note, use.owner) in VAGUE)


def noted(use: RelationshipUse, ctx: Context) -> Note | None:
    lead = relationship_at((ctx.file, use.owner), use.name, ctx)
    once = len(ctx.outline.scopes[use.owner].bindings[use.name]) == 1
    return note_of(use, lead, ctx) if lead and once else None


def fix(use: RelationshipUse, note: Note | None, words: frozenset[str], ctx: Context) -> Fix | None:
    if note is None or use.noted is None:
        return None
    before = "" if use.note != ("other",) else " -> " if use.returned else ": "
    edits = ctx.edits([(use.noted, f"{before}{note.written.code}")])
    safety = note.safety if words & TABLED else "unsafe"
    return Fix(edits, f"Declare `{use.name}` as `{note.written.code}`", note.written.requests, safety)
