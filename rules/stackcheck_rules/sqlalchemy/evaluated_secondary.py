"""Expression as text in `secondary=`

## Why is this bad?

Up to SQLAlchemy 2.0 the text of `secondary=` was evaluated as Python. From 2.1 on it is the name of a table and
nothing else: `"join(B, C, …)"` raises `InvalidRequestError` when the mappers are configured.

The name of a table, with its schema where it has one, stays as it is.

## Example

```python
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    shops: Mapped[list["Shop"]] = relationship("Shop", secondary="lines.alias('sold')", viewonly=True)


class Shop(Base):
    __tablename__ = "shops"

    id: Mapped[int] = mapped_column(primary_key=True)


class Line(Base):
    __tablename__ = "lines"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"), primary_key=True)
```

Use instead:

```python
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    shops: Mapped[list["Shop"]] = relationship(
        "Shop", secondary=lambda: Line.__table__.alias("sold"), viewonly=True
    )


class Shop(Base):
    __tablename__ = "shops"

    id: Mapped[int] = mapped_column(primary_key=True)


class Line(Base):
    __tablename__ = "lines"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"), primary_key=True)
```

There is no fix: the names in the text are those of the mapper's registry, not of the file.

## References

- [SQLAlchemy: `relationship.secondary`](https://docs.sqlalchemy.org/en/21/orm/relationship_api.html#sqlalchemy.orm.relationship.params.secondary)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.relationship_uses import RelationshipUse, relationship_uses
from stackcheck_rules.sqlalchemy._relationships import is_relationship

rule = Rule("STK249", requires=(KINDS, relationship_uses), versions={"sqlalchemy": "2.1"})


@rule.on_fact(relationship_uses)
def check(use: RelationshipUse, ctx: Context) -> Iterator[Finding]:
    given = use.call.argument(1, "secondary")
    match given.expr if given is not None else None:
        case ("const", str(text)) if given is not None and "(" in text and is_relationship(use, ctx):
            said = "the text of `secondary=` is not evaluated since SQLAlchemy 2.1; pass a table or a lambda"
            yield Finding(given.value, said)
