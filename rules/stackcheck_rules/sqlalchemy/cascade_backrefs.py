"""Argument `cascade_backrefs` of a relationship

## Why is this bad?

In SQLAlchemy 1.4 `post.author = user` brought the post into the session of the user, by way of the
backref. `cascade_backrefs=False` switched that off. Version 2.0 never does it: `False` says nothing any more,
and `True` raises `ArgumentError` when the class is defined.

## Example

```python
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import DeclarativeBase, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post", back_populates="author", cascade_backrefs=False)


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("users.id"))
    author = relationship("User", back_populates="posts", cascade_backrefs=False)
```

Use instead:

```python
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import DeclarativeBase, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post", back_populates="author")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("users.id"))
    author = relationship("User", back_populates="posts")
```

## Fix safety

Safe: `cascade_backrefs=False` has no effect in SQLAlchemy 2.0. There is no fix for `True`, as what it did has to be
written out: add the object to the session.

## References

- [SQLAlchemy 2.0: `cascade_backrefs` behavior deprecated for removal](https://docs.sqlalchemy.org/en/20/changelog/migration_14.html#change-5150)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.relationship_uses import RelationshipUse, relationship_uses
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import without_argument
from stackcheck_rules.sqlalchemy._relationships import arguments_named, is_relationship

NAME = "cascade_backrefs"

rule = Rule(
    "STK229",
    requires=(KINDS, relationship_uses),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    outside=(sqlalchemy_branches,),
    severity="warning",
)


@rule.on_fact(relationship_uses)
def check(use: RelationshipUse, ctx: Context) -> Iterator[Finding]:
    for _, given, call in arguments_named(NAME, use, ctx):
        if not is_relationship(use, ctx):
            return
        match given.expr:
            case ("const", False):
                said = f"`{NAME}=False` has no effect since SQLAlchemy 2.0; remove it"
                yield Finding(given.span, said, removal(given, call, ctx))
            case ("const", True):
                said = f"`{NAME}=True` raises `ArgumentError` in SQLAlchemy 2.0; add the objects to the session instead"
                yield Finding(given.span, said)


def removal(given: Argument, call: Call, ctx: Context) -> Fix | None:
    edit = without_argument(given, call, ctx)
    return Fix((edit,), f"Remove `{NAME}`") if edit else None
