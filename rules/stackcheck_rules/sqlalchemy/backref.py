"""Relationship declared by `backref` of the other side

## Why is this bad?

`posts = relationship("Post", backref="author")` gives `Post` an attribute that its own class does not show. No
type checker and no editor knows `post.author`, it cannot be annotated, and it exists only once SQLAlchemy has
configured its mappers: `Post.author` may raise `AttributeError` before that.

SQLAlchemy calls `backref` legacy. `back_populates` on both sides says the same in the open.

## Example

```python
# file: shop/base.py
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


# file: shop/users.py
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.base import Base


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list["Post"]] = relationship("Post", backref="author", passive_updates=False)


# file: shop/posts.py
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shop.base import Base


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
```

Use instead:

```python
# file: shop/base.py
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


# file: shop/users.py
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.base import Base


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list["Post"]] = relationship("Post", back_populates="author", passive_updates=False)


# file: shop/posts.py
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.base import Base

if TYPE_CHECKING:
    from shop.users import User


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped["User"] = relationship(
        "User", passive_updates=False, back_populates="posts"
    )
```

## Fix safety

Both classes change together, in one file or in two. The new relationship gets what `backref` would have given
it: the arguments of `backref(…)` and, from this side, the joins (exchanged where there is a `secondary` table),
`foreign_keys`, `viewonly`, `post_update`, `passive_updates` and `sync_backref`. The mappers stay the same. It is
unsafe nevertheless: the other class now needs this one, so a program that imports only the module of the
other class can no longer configure its mappers, and a class's attributes come in another order.

No fix is offered where the other class is not certain or not mapped, where it, or a class above or below it,
has an attribute of that name, in dataclasses, and where an argument cannot be written in the other class: a
join that is no text or marks a side as `remote`, a table in between without a name. From SQLAlchemy 2.0 on the
new relationship is annotated, so it must be certain whether it leads to one object or to many.

## References

- [SQLAlchemy: using the legacy `backref` parameter](https://docs.sqlalchemy.org/en/20/orm/backref.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.descendants import descendants
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.orm_classes import OrmClass, orm_classes
from stackcheck_rules.analyses.relationship_uses import RelationshipUse, relationship_uses
from stackcheck_rules.sqlalchemy._backref_fix import backref_fix
from stackcheck_rules.sqlalchemy._backrefs import backref_name
from stackcheck_rules.sqlalchemy._relationships import is_relationship

rule = Rule(
    "STK248",
    requires=(KINDS, heirs, descendants, orm_classes, relationship_uses),
    versions={"sqlalchemy": "1.4"},
    severity="warning",
)


@rule.on_fact(relationship_uses)
def check(use: RelationshipUse, ctx: Context) -> Iterator[Finding]:
    given = use.call.argument(-1, "backref")
    if given is None or given.expr == ("const", None) or not is_relationship(use, ctx):
        return
    own = ctx.fact(orm_classes, (ctx.file, use.owner))
    lead = own.relationship(use.name) if isinstance(own, OrmClass) else None
    named = backref_name(use)
    name = f"`{named.expr[1]}`" if named else "an attribute"
    target = f"`{lead.target[1].rpartition('.')[2]}`" if lead and lead.target else "the other class"
    message = f"`backref` gives {target} {name} out of sight; declare both sides with `back_populates`"
    yield Finding(given.span, message, backref_fix(use, named, lead, ctx) if lead and named else None)
