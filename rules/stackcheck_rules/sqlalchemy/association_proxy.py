"""Association proxy without an annotation

## Why is this bad?

`tag_names = association_proxy("tags", "name")` is an attribute that type checkers know nothing of.
`AssociationProxy[list[str]]` says what it holds. It is no fault of a program that it is missing, and
what the proxy holds cannot always be told, so this rule is opt-in.

## Example

```python
from sqlalchemy import ForeignKey, String
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list["Tag"]] = relationship("Tag")
    tag_names = association_proxy("tags", "name")


class Tag(Base):
    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
```

Use instead:

```python
from sqlalchemy import ForeignKey, String
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list["Tag"]] = relationship("Tag")
    tag_names: AssociationProxy[list[str]] = association_proxy("tags", "name")


class Tag(Base):
    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
```

## Fix safety

Unsafe: the annotation is not evaluated by SQLAlchemy, but whether a value may be None is not told, nor
what a `creator` or a collection of one's own makes of it. A fix is offered where the proxy leads through a
list or a set to a column of a known type.

## References

- [SQLAlchemy: association proxy](https://docs.sqlalchemy.org/en/20/orm/extensions/associationproxy.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Imported, Kind, Rule
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.heirs import heirs
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.orm_classes import OrmClass, orm_classes
from stackcheck_rules.analyses.relationship_uses import RelationshipUse, relationship_uses
from stackcheck_rules.analyses.tables import tables
from stackcheck_rules.sqlalchemy._column_guards import class_words
from stackcheck_rules.sqlalchemy._column_names import mapped, type_name
from stackcheck_rules.sqlalchemy._column_parts import attribute_type
from stackcheck_rules.sqlalchemy._relationship_notes import CONTAINERS, generic

PROXY = "sqlalchemy.ext.associationproxy.association_proxy"
ANNOTATION = "sqlalchemy.ext.associationproxy.AssociationProxy"

rule = Rule(
    "STK230",
    requires=(KINDS, heirs, orm_classes, relationship_uses, tables),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    severity="info",
    default=False,
)


@rule.on_fact(relationship_uses)
def check(use: RelationshipUse, ctx: Context) -> Iterator[Finding]:
    if use.note != ("other",) or use.returned or ctx.symbol(use.call.function, use.call.scope) != PROXY:
        return
    words = class_words(Kind("class", use.owner, ctx.file), ctx)
    written = None if words & {"orm-dataclass", "sqlmodel"} else annotation(use, ctx)
    said = f"declare it as `{written.code}`" if written else "annotate it with `AssociationProxy`"
    fix = None
    if written and use.noted:
        edits = ctx.edits([(use.noted, f": {written.code}")])
        fix = Fix(edits, f"Declare `{use.name}` as `{written.code}`", written.requests, "unsafe")
    yield Finding(use.at, f"association proxy `{use.name}` has no annotation; {said}", fix)


def annotation(use: RelationshipUse, ctx: Context) -> Imported | None:
    """`AssociationProxy[list[int]]`, by the relationship and the column that the proxy leads through."""
    through, value = use.call.argument(0, "target_collection"), use.call.argument(1, "attr")
    own = ctx.fact(orm_classes, (ctx.file, use.owner))
    if through is None or value is None or through.expr[0] != "const" or value.expr[0] != "const":
        return None
    lead = own.relationship(str(through.expr[1])) if isinstance(own, OrmClass) else None
    if (
        lead is None
        or lead.target is None
        or not lead.many
        or lead.collection not in CONTAINERS
        or lead.lazy == "dynamic"
    ):
        return None
    kind = attribute_type(Kind("class", lead.target[1], lead.target[0]), str(value.expr[1]), ctx)
    item, around = type_name(kind, use.name, use.owner, ctx), generic(CONTAINERS[lead.collection], use.owner, ctx)
    if item is None or around is None or not kind.sure:
        return None
    inner = Imported(f"{around.code}[{item.code}]", (*item.requests, *around.requests))
    return mapped(inner, False, use.owner, ctx, ANNOTATION)
