"""Column whose annotation and `nullable=` disagree

## Why is this bad?

An explicit `nullable=` wins over the annotation, and nothing says so: the database keeps NULL in what `Mapped[str]`
promises to be a `str`, and `user.name.upper()` fails one day on None. The other way round, `Mapped[str | None]` with
`nullable=False` makes every reader ask for a None that never comes. Type checkers do not compare the two.

`Mapped[str | None]` on a column of the primary key makes that column NULL, and SQLite stores rows without a key.

A column that is NOT NULL and filled by a default, an identity or a computed value may well be None until it is stored;
so may attributes of dataclass models. In a subclass that shares the table of its parent, a column has to be NULL for
the rows of other classes. All these are left alone.

## Example

```python
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), nullable=True)
```

Use instead:

```python
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(100), nullable=True)
```

## Fix safety

The annotation is changed into what the column is, so the table stays the same. Unsafe, as it may be the other one of
the two that is wrong. No fix is offered for a primary key.

## References

- [`mapped_column()` derives the datatype and nullability from the `Mapped` annotation](https://docs.sqlalchemy.org/en/20/orm/declarative_tables.html#mapped-column-derives-the-datatype-and-nullability-from-the-mapped-annotation)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Kind, Rule
from stackcheck_rules.analyses.descendants import descendants
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.mapped_notes import MappedNote, mapped_notes
from stackcheck_rules.analyses.tables import tables
from stackcheck_rules.sqlalchemy._column_guards import class_safety
from stackcheck_rules.sqlalchemy._column_names import MAPPED
from stackcheck_rules.sqlalchemy._column_nullable import agreeing, disagreement
from stackcheck_rules.sqlalchemy._column_parts import given_of
from stackcheck_rules.sqlalchemy._column_types import Source
from stackcheck_rules.sqlalchemy._mapped_notes import COLUMNS, maker_of

rule = Rule(
    "STK299",
    requires=(KINDS, mapped_notes, heirs, descendants, tables),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    severity="warning",
)


@rule.on_fact(mapped_notes)
def check(note: MappedNote, ctx: Context) -> Iterator[Finding]:
    kind = Kind("class", note.qualname, ctx.file)
    if not note.is_read or maker_of(note, ctx) not in COLUMNS or len(ctx.bindings(kind, note.name)) != 1:
        return
    assert note.made is not None
    given = given_of(note.made, Source(note.scope, ctx.file), ctx)
    if ctx.symbol(note.note[1], note.qualname) != MAPPED or class_safety(kind, ctx) is None or not given.whole:
        return
    said = disagreement(note, given, ctx)
    if said:
        fix = agreeing(note, ctx) if "nullable" in given.keywords else None
        yield Finding(note.at, f"`{note.name}` in `{note.qualname.rpartition('.')[2]}` {said}", fix)
