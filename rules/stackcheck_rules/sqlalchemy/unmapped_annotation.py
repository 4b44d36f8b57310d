"""Annotation of a mapped attribute without `Mapped`

## Why is this bad?

SQLAlchemy 2 reads the annotations of a mapped class, and 1.4 did not. `posts: List["Post"] = relationship("Post")`
raises `MappedAnnotationError` when the module is imported: the type belongs into `Mapped[…]`. So does an annotation
without a value, which SQLAlchemy takes for a column, and `nickname: str = None`. In a mixin or an abstract base the
same holds for `Column`, and for the return annotation of a `declared_attr`.

`ClassVar[…]`, dunder names, plain values such as `limit: int = 20`, dataclass models and classes below one with
`__allow_unmapped__` are left alone, which SQLAlchemy 2 accepts.

## Example

```python
from typing import List

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    posts: List["Post"] = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
```

Use instead:

```python
from typing import List

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    posts: Mapped[List["Post"]] = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
```

## Fix safety

Safe: the module could not be imported before. Unsafe where the annotation says that a relationship is to one object
and no foreign key is seen that says so too, as then the annotation would decide.

No fix is offered where there is no value, since only its author knows what the attribute is: `ClassVar[…]`, a column,
or a matter of `__allow_unmapped__`. Nor where the annotation is no type of what the attribute holds, such as `Column`
or `RelationshipProperty`, and where a name in it is not known at run time.

## References

- [SQLAlchemy 2.0: migrating an existing mapping](https://docs.sqlalchemy.org/en/20/changelog/whatsnew_20.html#migrating-an-existing-mapping)
- [Type annotation can't be interpreted for annotated declarative table](https://docs.sqlalchemy.org/en/20/errors.html#error-zlpr)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Kind, Rule
from stackcheck_rules.analyses.descendants import descendants
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.mapped_notes import MappedNote, mapped_notes
from stackcheck_rules.analyses.orm_classes import orm_classes
from stackcheck_rules.analyses.tables import tables
from stackcheck_rules.sqlalchemy._call_edits import replaced, source
from stackcheck_rules.sqlalchemy._mapped_classes import place_of
from stackcheck_rules.sqlalchemy._mapped_notes import is_refused, is_unmapped, with_mapped

rule = Rule(
    "STK280",
    requires=(KINDS, mapped_notes, heirs, descendants, orm_classes, tables),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
)


@rule.on_fact(mapped_notes)
def check(note: MappedNote, ctx: Context) -> Iterator[Finding]:
    if note.is_read:
        return
    place = place_of(Kind("class", note.qualname, ctx.file), note.name, ctx)
    if not place or not is_refused(note, place, ctx) or not is_unmapped(note.note, note.qualname, ctx):
        return
    text = source(note.note_at, ctx)
    fix = None
    wrapped = with_mapped(note, text, ctx)
    if wrapped is not None:
        edits = (replaced(note.note_at, wrapped.written.code, ctx),)
        fix = Fix(edits, "Put the type into `Mapped`", wrapped.written.requests, wrapped.safety)
    yield Finding(note.at, message(note), fix)


def message(note: MappedNote) -> str:
    place = f"`{note.name}` in `{note.qualname.rpartition('.')[2]}`"
    if note.value is None and note.returned is None:
        return f"{place} is annotated, without a value and without `Mapped`: SQLAlchemy 2 refuses the class"
    return f"the annotation of {place} is not in `Mapped[…]`: SQLAlchemy 2 refuses the class"
