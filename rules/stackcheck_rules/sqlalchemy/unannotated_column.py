"""Mapped column without an annotation

## Why is this bad?

The type of `mapped_column(String)` does not show in `MappedColumn[Any]`: `user.name` is `Any` to a type
checker, which then accepts everything. `Mapped[str | None]` says what the attribute holds, to type
checkers, editors and readers alike, and that it can be None.

Columns of dataclass models are left alone, where an annotation makes a parameter of `__init__`.

## Example

```python
from sqlalchemy import Integer, String
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id = mapped_column(Integer, primary_key=True)
    name = mapped_column(String(100), nullable=False)
    nick = mapped_column(String)
```

Use instead:

```python
from sqlalchemy import Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    nick: Mapped[str | None] = mapped_column(String)
```

## Fix safety

The table stays the same: the SQL type is kept, and the annotation admits None exactly where the column
is NULL. A column without `nullable=` is NULL, unless it is part of the primary key or an identity;
`Mapped[str]` would make it NOT NULL.

Safe where the SQL type says what the values are. Unsafe where nothing is known of the type, which
becomes `Any`, in a subclass that shares the table of its parent, and in a class of which no declarative
class of the project is known to inherit.

No fix is offered for a column without type and foreign key, which would take its type from the
annotation, for `*args` and `**kwargs`, where the annotation would move the column in the table, as it can
beside a `name: Mapped[str]` without a value, and where the type cannot be written: its name is only
imported for type checkers, or means an attribute there.

## References

- [Declarative table with `mapped_column()`](https://docs.sqlalchemy.org/en/20/orm/declarative_tables.html#declarative-table-with-mapped-column)
- [ORM annotated declarative](https://docs.sqlalchemy.org/en/20/orm/declarative_tables.html#using-annotated-declarative-table-type-annotated-forms-for-mapped-column)
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
from stackcheck_rules.sqlalchemy._column_fix import annotated
from stackcheck_rules.sqlalchemy._column_guards import TABLED, class_safety, key_names
from stackcheck_rules.sqlalchemy._column_parts import MAPPED_COLUMN, calls_in_classes, columns_of, unannotated

rule = Rule(
    "STK202",
    gate=calls_in_classes("mapped_column"),
    requires=(KINDS, heirs, tables),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    severity="warning",
)


@rule.on(cst.ClassDef)
def check(model: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
    columns = [column for column in columns_of(model, MAPPED_COLUMN, ctx) if column.note is None]
    kind = ctx.kind(model)
    if not columns or ctx.instance(kind).word not in {PLAIN, *TABLED}:
        return
    safety, keys = class_safety(kind, ctx), key_names(kind, ctx)
    left = moving(ctx.outline.scopes[kind.symbol], unannotated(columns), ctx)
    for column in columns if safety else ():
        message = f"`{column.name}` in `{model.name.value}` has no annotation; say what it holds with `Mapped`"
        yield Finding(column.target, message, None if column.name in left else annotated(column, safety, keys, ctx))
