"""Relationship that is never loaded: `lazy="noload"`

## Why is this bad?

With `lazy="noload"`, and with the option `noload()`, a relationship is empty whatever the database holds:
`user.posts` is `[]` for a user with posts, `post.author` is None. Code that goes on with that is wrong without
any sign of it. SQLAlchemy 2.1 deprecates both for that reason.

`lazy="raise"` and `raiseload()` say the same aloud: what was not loaded explicitly raises. For a relationship
that is only there to be written to there is `lazy="write_only"`.

## Example

```python
from sqlalchemy import Column, ForeignKey, Integer, select
from sqlalchemy.orm import DeclarativeBase, Session, noload, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post", lazy="noload")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("users.id"))
    author = relationship("User")


def posts(session: Session) -> list[Post]:
    return list(session.scalars(select(Post).options(noload(Post.author))))
```

Use instead:

```python
from sqlalchemy import Column, ForeignKey, Integer, select
from sqlalchemy.orm import DeclarativeBase, Session, raiseload, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post", lazy="raise")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("users.id"))
    author = relationship("User")


def posts(session: Session) -> list[Post]:
    return list(session.scalars(select(Post).options(raiseload(Post.author))))
```

There is no fix: code may rely on the empty value, and with `raise` it would fail.

## References

- [SQLAlchemy: preventing unwanted lazy loads using `raiseload`](https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#prevent-lazy-with-raiseload)
- [SQLAlchemy 2.1: `noload`](https://docs.sqlalchemy.org/en/21/orm/queryguide/relationships.html#sqlalchemy.orm.noload)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.noload_calls import noload_calls
from stackcheck_rules.analyses.relationship_uses import RelationshipUse, relationship_uses
from stackcheck_rules.sqlalchemy._loader_paths import is_option
from stackcheck_rules.sqlalchemy._relationships import arguments_named, is_relationship

NEVER = (("const", "noload"), ("const", None))  # None is another name for it

rule = Rule(
    "STK227",
    requires=(KINDS, noload_calls, relationship_uses),
    versions={"sqlalchemy": "2.1"},
    severity="warning",
)


@rule.on_fact(relationship_uses)
def check(use: RelationshipUse, ctx: Context) -> Iterator[Finding]:
    for name, given, _ in arguments_named("lazy", use, ctx):
        if given.expr in NEVER and is_relationship(use, ctx):
            said = f'`{name}` is empty whatever the database holds; use `lazy="raise"`, or load it where it is read'
            yield Finding(given.span, said)


@rule.on_fact(noload_calls)
def check_option(call: Call, ctx: Context) -> Iterator[Finding]:
    if is_option(call, ctx):
        said = "`noload` leaves a relationship empty whatever the database holds; use `raiseload`, or load it"
        yield Finding(call.at, said)
