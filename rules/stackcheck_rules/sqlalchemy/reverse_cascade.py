"""Object that only a backref would save

## Why is this bad?

In SQLAlchemy 1.4 `post.author = user` took the new post into the session of the user, by way of `user.posts`. In
2.0 it no longer does: the commit goes through, with a warning in the log, and the post is not saved.

It is reported where that is certain: the object is made in a function, tied to an object of the session, used
for nothing else, and the session commits.

## Example

```python
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, Session, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post", back_populates="author")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    title = Column(String)
    author_id = Column(ForeignKey("users.id"))
    author = relationship("User", back_populates="posts")


def publish(session: Session, author_id: int, title: str) -> None:
    author = session.get(User, author_id)
    post = Post(title=title)
    post.author = author
    session.commit()
```

Use instead:

```python
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, Session, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post", back_populates="author")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    title = Column(String)
    author_id = Column(ForeignKey("users.id"))
    author = relationship("User", back_populates="posts")


def publish(session: Session, author_id: int, title: str) -> None:
    author = session.get(User, author_id)
    post = Post(title=title)
    post.author = author
    session.add(post)
    session.commit()
```

There is no fix: whether the object was meant to be saved is not for a tool to say.

## References

- [SQLAlchemy 2.0: `cascade_backrefs` behavior deprecated for removal](https://docs.sqlalchemy.org/en/20/changelog/migration_14.html#change-5150)
- [SQLAlchemy: save-update cascade and backrefs](https://docs.sqlalchemy.org/en/20/orm/cascades.html#backref-cascade)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Kind, Rule
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.kinds import KINDS, SESSIONS
from stackcheck_rules.analyses.orm_classes import OrmClass, Relationship, orm_classes
from stackcheck_rules.analyses.reverse_cascades import ReverseCascade, reverse_cascades

VALUES = ("builtins.", "datetime.", "decimal.", "uuid.")

rule = Rule(
    "STK286",
    requires=(KINDS, orm_classes, reverse_cascades),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
)


@rule.on_fact(reverse_cascades)
def check(made: ReverseCascade, ctx: Context) -> Iterator[Finding]:
    new, session = ctx.kind(made.cls, made.scope), ctx.kind(made.session, made.scope)
    if session.word not in SESSIONS or not session.certain or new.word != "class" or not is_plain(new, ctx):
        return
    mapped = ctx.fact(orm_classes, (new.file, new.symbol))
    lead = mapped.relationship(made.attribute) if isinstance(mapped, OrmClass) else None
    if lead is None or lead.many is not False or not is_saved_back(lead, made, ctx):
        return
    if all(is_harmless(value, made.scope, ctx) for value in made.values):
        said = f"`{made.attribute}` does not take a new object into the session since SQLAlchemy 2.0, and `{made.end}`"
        yield Finding(made.at, f"{said} does not save it; add the `{new.symbol.rpartition('.')[2]}` to the session")


def is_plain(cls: Kind, ctx: Context) -> bool:
    """Whether making an object of a class does nothing but set its attributes."""
    classes = ctx.ancestry(cls).classes
    own = any(ctx.bindings(one, name) for one in classes if one.file for name in ("__init__", "__new__"))
    return cls.certain and ctx.ancestry(cls).whole and ctx.instance(cls).word == "orm" and not own


def is_saved_back(lead: Relationship, made: ReverseCascade, ctx: Context) -> bool:
    """Whether the other object is in the session, and its side of the relationship saves what it leads to."""
    other = ctx.kind(made.other, made.scope)
    cls = Kind("class", other.symbol, other.file)
    above = {(one.file, one.symbol) for one in ctx.ancestry(cls).classes} if other.word == "orm" else set()
    there = ctx.fact(orm_classes, (other.file, other.symbol))
    if not other.certain or lead.target not in above or not isinstance(there, OrmClass):
        return False
    if not (made.added or is_asked(made.other, made.session)) or not all(map(there.has_column, made.reads)):
        return False
    reverse = there.relationship(lead.back) if lead.back else None
    return reverse is not None and reverse.cascades and reverse.back == lead.name


def is_asked(found: Expr, session: Expr) -> bool:
    """Whether a session is asked for something: `session.get(User, 1)`, `session.scalars(…).one()`."""
    while found[0] in {"call", "attr", "await"}:
        if found == session:
            return True
        found = found[1]
    return found == session


def is_harmless(value: Expr, scope: str, ctx: Context) -> bool:
    """Whether a value is no object that could bring the new one into the session."""
    if value[0] == "const":
        return True
    if value[0] == "call":
        return bool(ctx.symbol(value[1], scope)) and all(part[0] == "const" for part in value[2]) and not value[3]
    kind = ctx.kind(value, scope)
    return kind.known and kind.certain and kind.word in {"instance", "constant"} and kind.symbol.startswith(VALUES)
