"""Loader option that names an attribute by a string

## Why is this bad?

SQLAlchemy 2 refuses `joinedload("posts")` with `ArgumentError` when the option is made. So it does with
the strings in `load_only`, `defer` and `undefer`, and with dotted paths. An attribute of the class, as
`User.posts`, is checked by editors and type checkers too, and follows when it is renamed.

`lazyload("*")` and its like, and `undefer_group("details")`, still take a string.

## Example

```python
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, joinedload, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    title = Column(String)
    user_id = Column(ForeignKey("users.id"))


def users(session: Session) -> list[User]:
    return session.query(User).options(joinedload("posts").load_only("title")).all()
```

Use instead:

```python
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, joinedload, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    title = Column(String)
    user_id = Column(ForeignKey("users.id"))


def users(session: Session) -> list[User]:
    return session.query(User).options(joinedload(User.posts).load_only(Post.title)).all()
```

## Fix safety

Safe where the option stands in the `options(…)` of a statement, or of another option, and the class that
it is about has the attribute: the first one of `query(User)` or `select(User)`, then the one that each
relationship leads to. `joinedload("posts.comments")` becomes `defaultload(User.posts).joinedload(Post.comments)`,
which loads the same: the string said how to load the last relationship of the path only.

Unsafe where the statement comes from another function, which may have made it of something else.

No fix is offered for an option that is made apart from its statement, nor where the class is not known or
has no name in the file; a class is imported from the module from which the one before it in the path comes.

## References

- [SQLAlchemy: ORM query, loader options and strings](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#orm-query-joining-loading-on-relationships-uses-attributes-not-strings)
- [Relationship loading techniques](https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.loader_calls import LoaderCall, loader_calls
from stackcheck_rules.analyses.orm_classes import orm_classes
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._loader_paths import WILDCARD, fix_of_text, is_option, keys_of

rule = Rule(
    "STK250",
    requires=(KINDS, loader_calls, orm_classes),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(loader_calls)
def check(fact: LoaderCall, ctx: Context) -> Iterator[Finding]:
    call = fact.call
    texts = [key.expr[1] for key in keys_of(call) if key.is_text]
    if not texts or texts == [WILDCARD] or not is_option(call, ctx):
        return
    name = next(text for text in texts if text != WILDCARD)
    message = f'`{call.name}` names `"{name}"` by a string, which SQLAlchemy 2 refuses; pass the attribute of the class'
    yield Finding(call.at, message, fix_of_text(fact, ctx))
