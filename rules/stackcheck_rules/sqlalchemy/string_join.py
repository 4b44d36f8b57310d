"""Join by strings, tuples or several targets at once

## Why is this bad?

SQLAlchemy 2 takes one target in a `join`, and one condition: `join("posts")` and `join((Post, condition))`
raise `ArgumentError`, `join(User.posts, Post.comments)` raises `InvalidRequestError`, and `aliased=True`
and `from_joinpoint=True` raise `TypeError`.

## Example

```python
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))
    comments = relationship("Comment")


class Comment(Base):
    __tablename__ = "comments"

    id = Column(Integer, primary_key=True)
    text = Column(String)
    post_id = Column(ForeignKey("posts.id"))


def commented(session: Session) -> list[User]:
    return session.query(User).join("posts", "comments").filter(Comment.text != "").all()


def authors(session: Session) -> list[User]:
    return session.query(User).outerjoin((Post, Post.user_id == User.id)).all()
```

Use instead:

```python
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))
    comments = relationship("Comment")


class Comment(Base):
    __tablename__ = "comments"

    id = Column(Integer, primary_key=True)
    text = Column(String)
    post_id = Column(ForeignKey("posts.id"))


def commented(session: Session) -> list[User]:
    return session.query(User).join(User.posts).join(Post.comments).filter(Comment.text != "").all()


def authors(session: Session) -> list[User]:
    return session.query(User).outerjoin(Post, Post.user_id == User.id).all()
```

## Fix safety

Safe: SQLAlchemy 1.4 looks up the first string in the first class of the query, each further one in what
the one before it leads to, and joins the same tables for the attributes. Unsafe where the query comes
from another function, which may select from something else.

No fix is offered for `aliased=True` and `from_joinpoint=True`, which change what later filters mean (use
`aliased()`), where the class of a string is not known or has no name in the file, after methods such as
`select_from` and `from_self`, nor for a tuple with the condition first.

## References

- [SQLAlchemy: joining uses attributes, not strings](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#orm-query-joining-loading-on-relationships-uses-attributes-not-strings)
- [SQLAlchemy: chaining of several joins removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#orm-query-chaining-using-multiple-attributes-rather-than-a-single-attribute-removed)
- [SQLAlchemy: `join(…, aliased=True)` removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#orm-query-join-aliased-true-from-joinpoint-removed)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.old_joins import GONE, OldJoin, old_joins
from stackcheck_rules.analyses.orm_classes import orm_classes
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._old_joins import fix_of, is_old, pairs_of

rule = Rule(
    "STK251",
    requires=(KINDS, old_joins, orm_classes),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(old_joins)
def check(fact: OldJoin, ctx: Context) -> Iterator[Finding]:
    call = fact.call
    kind = ctx.kind(call.receiver, call.scope)
    positional = sum(not one.name for one in call.arguments)
    if kind.word not in {"query", "select"} or not kind.certain or (kind.word == "select" and positional > 2):
        return
    gone = sorted(one.name for one in call.arguments if one.name in GONE)
    pairs = pairs_of(fact, ctx)
    if gone:
        said = f"`{gone[0]}=` of `{call.name}` is gone from SQLAlchemy 2; join to an `aliased()` class"
    elif not is_old(fact, pairs):
        return
    elif any(one.is_text for pair in pairs for one in pair):
        said = f"`{call.name}` by a string is refused by SQLAlchemy 2; join by the attribute of the class"
    elif fact.tuples:
        said = f"a tuple in `{call.name}` is refused by SQLAlchemy 2; pass the target and the condition"
    else:
        said = f"`{call.name}` takes one target in SQLAlchemy 2; join to each in a call of its own"
    yield Finding(call.at, said, fix_of(fact, pairs, ctx))
