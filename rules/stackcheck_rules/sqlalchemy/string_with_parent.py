"""Relationship that `with_parent` gets as a string

## Why is this bad?

SQLAlchemy 2 refuses `with_parent(user, "posts")` with `ArgumentError`, as a function and as a method of
`Query`. It takes the attribute of the class.

## Example

```python
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import Session, declarative_base, relationship, with_parent

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))


def posts(session: Session, user: User) -> list[Post]:
    return session.query(Post).filter(with_parent(user, "posts")).all()
```

Use instead:

```python
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import Session, declarative_base, relationship, with_parent

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))


def posts(session: Session, user: User) -> list[Post]:
    return session.query(Post).filter(with_parent(user, User.posts)).all()
```

## Fix safety

Unsafe: the string was looked up in the class of the object at run time, the attribute is of the class that
the object is declared or known to be. No fix is offered where that class is not known, has no such
relationship, or has no name in the file.

## References

- [`with_parent()`](https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#sqlalchemy.orm.with_parent)
- [SQLAlchemy: strings for relationships removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#orm-query-joining-loading-on-relationships-uses-attributes-not-strings)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Kind, Rule
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.old_query_calls import old_query_calls
from stackcheck_rules.analyses.orm_classes import orm_classes
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import replaced
from stackcheck_rules.sqlalchemy._entities import attribute, is_mapped, named, relationship

rule = Rule(
    "STK253",
    requires=(KINDS, old_query_calls, orm_classes),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(old_query_calls)
def check(call: object, ctx: Context) -> Iterator[Finding]:
    if not isinstance(call, Call) or call.name != "with_parent":
        return
    kind = ctx.kind(call.receiver, call.scope)
    if ctx.symbol(call.function, call.scope) == "sqlalchemy.orm.with_parent":
        path = call.argument(1, "prop")
    elif kind.word == "query" and kind.certain:
        path = call.argument(1, "property")
    else:
        return
    if path is not None and path.is_text:
        said = "`with_parent` by a string is refused by SQLAlchemy 2; pass the attribute of the class"
        yield Finding(path.value, said, fix_of(call, path, ctx))


def fix_of(call: Call, path: Argument, ctx: Context) -> Fix | None:
    parent = call.argument(0, "instance")
    of = ctx.kind(parent.expr, call.scope) if parent is not None else Kind("unknown")
    cls = Kind("class", of.symbol, of.file)
    entity = named(cls, call.scope, ctx) if of.symbol and of.certain and is_mapped(cls, ctx) else None
    if entity is None or relationship(entity, path.expr[1], ctx) is None:
        return None
    code = attribute(entity, path.expr[1], ctx)
    return Fix((replaced(path.value, code, ctx),), f"Use `{code}`", applicability="unsafe") if code else None
