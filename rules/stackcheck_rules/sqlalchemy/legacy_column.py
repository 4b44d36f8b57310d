"""Class attribute that is a SQLAlchemy 1.x `Column`

## Why is this bad?

After `name = Column(String)`, `user.name` is a `Column[str]` to a type checker, not a `str`, and the
plugin that knew better is gone from SQLAlchemy 2.1. `Mapped[str | None]` says what the attribute
holds, to type checkers, editors and readers alike, and that it can be None.

Declarative classes, their mixins and their abstract bases are found across files, and so are columns
that a `declared_attr` returns and those of Flask-SQLAlchemy's `db`. `Column` in a `Table(…)`, in a
migration or in SQLModel's `Field(sa_column=…)` is as it should be.

## Example

```python
from sqlalchemy import Column, DateTime, Integer, String
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    name = Column(String(100), nullable=False, index=True)
    seen_at = Column(DateTime)
```

Use instead:

```python
from datetime import datetime

from sqlalchemy import DateTime, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False, index=True)
    seen_at: Mapped[datetime | None] = mapped_column(DateTime)
```

## Fix safety

The table stays the same: every argument is kept, the SQL type above all, and the annotation admits
None exactly where the column is NULL. A column without `nullable=` is NULL, unless it is part of the
primary key or an identity; `Mapped[str]` would make it NOT NULL.

Safe where the SQL type says what the values are. Unsafe where nothing is known of the type, which
becomes `Any`, where an annotation that is there already contradicts the column, in a subclass that
shares the table of its parent, in a class of which no declarative class of the project is known to
inherit, where the class holds the column in a list of its own, and in a `declared_attr` with a
docstring, which only a `Column` takes for its own. The columns of a class can be rewritten one by one.

No fix is offered in dataclasses, where an annotation makes a parameter of `__init__`, for a column
without type and foreign key, which would take its type from the annotation, for `*args` and
`**kwargs`, where the class body asks the column for what only a `Column` has (`id.type`,
`exclude_properties`), where the annotation would move the column in the table, as it can beside a
`name: Mapped[str]` without a value, and where the type cannot be written: its name is only imported
for type checkers, or means an attribute there.

## References

- [SQLAlchemy 2.0: migrating an existing mapping](https://docs.sqlalchemy.org/en/20/changelog/whatsnew_20.html#migrating-an-existing-mapping)
- [Declarative table with `mapped_column()`](https://docs.sqlalchemy.org/en/20/orm/declarative_tables.html#declarative-table-with-mapped-column)
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.heirs import PLAIN, heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.tables import tables
from stackcheck_rules.sqlalchemy._attribute_order import moving
from stackcheck_rules.sqlalchemy._column_fix import mapped_column
from stackcheck_rules.sqlalchemy._column_guards import TABLED, class_safety, held, key_names, misused
from stackcheck_rules.sqlalchemy._column_parts import COLUMN, calls_in_classes, columns_of, unannotated

MAPPED = {PLAIN, *TABLED, "orm-dataclass"}


rule = Rule(
    "STK201",
    gate=calls_in_classes("Column"),
    requires=(KINDS, heirs, tables),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    severity="warning",
)


@rule.on(cst.ClassDef)
def check(model: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
    columns, kind = list(columns_of(model, COLUMN, ctx)), ctx.kind(model)
    if not columns or ctx.instance(kind).word not in MAPPED:
        return
    names = frozenset(column.name for column in columns)
    safety, keys = class_safety(kind, ctx), key_names(kind, ctx)
    left = misused(model, names, ctx) | moving(ctx.outline.scopes[kind.symbol], unannotated(columns), ctx)
    listed = held(model, names, ctx)
    for column in columns:
        message = (
            f"`{column.name}` is a 1.x `Column` in `{model.name.value}`; "
            "annotate it with `Mapped` and use `mapped_column`"
        )
        best = safety if column.name not in listed else safety and "unsafe"
        fix = None if column.name in left else mapped_column(column, best, keys, ctx)
        yield Finding(column.target, message, fix)
