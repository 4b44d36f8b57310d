"""Loader option with arguments that SQLAlchemy 2 has dropped

## Why is this bad?

`defer` and `undefer` take one attribute: with several they raise `TypeError` since SQLAlchemy 2.1. All but
the last were the path to the column, so that two columns of one class never worked.

`contains_eager(User.posts, alias="p")` looks for an alias by its name, which is deprecated and puts a second
table of that name into the statement. It takes what `aliased()` gives.

## Example

```python
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, defer, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    body = Column(String)
    user_id = Column(ForeignKey("users.id"))


def users(session: Session) -> list[User]:
    return session.query(User).options(defer(User.posts, Post.body)).all()
```

Use instead:

```python
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, defaultload, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    body = Column(String)
    user_id = Column(ForeignKey("users.id"))


def users(session: Session) -> list[User]:
    return session.query(User).options(defaultload(User.posts).defer(Post.body)).all()
```

## Fix safety

Safe: a path becomes `defaultload` with the option chained to it. Two columns of one class become two
options, which is what failed before and was meant; only where the option is one of several arguments or
items. No fix is offered for `alias="p"`, nor where it is not known what leads to another class.

## References

- [`defer()`](https://docs.sqlalchemy.org/en/20/orm/queryguide/columns.html#sqlalchemy.orm.defer)
- [`contains_eager()`](https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#sqlalchemy.orm.contains_eager)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.loader_calls import LoaderCall, loader_calls
from stackcheck_rules.analyses.orm_classes import orm_classes
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._loader_paths import fix_of_columns, is_function, is_option, keys_of

rule = Rule(
    "STK252",
    requires=(KINDS, loader_calls, orm_classes),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(loader_calls)
def check(fact: LoaderCall, ctx: Context) -> Iterator[Finding]:
    call, keys = fact.call, keys_of(fact.call)
    alias = call.argument(-1, "alias")
    if call.name == "contains_eager" and alias is not None and alias.is_text and is_option(call, ctx):
        said = "`alias=` of `contains_eager` by a name is deprecated; pass what `aliased()` gives"
        yield Finding(alias.span, said)
    if (
        call.name in {"defer", "undefer"}
        and len(keys) > 1
        and is_function(call, ctx)
        and not any(key.is_text for key in keys)
    ):
        said = f"`{call.name}` takes one attribute, and raises for several since SQLAlchemy 2.1"
        yield Finding(call.at, said, fix_of(fact, ctx))


def fix_of(fact: LoaderCall, ctx: Context) -> Fix | None:
    return fix_of_columns(fact, ctx) if fact.call.whole_known else None
