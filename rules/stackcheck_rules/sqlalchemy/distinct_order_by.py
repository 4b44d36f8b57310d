"""DISTINCT query that is ordered by a column it does not select

## Why is this bad?

SQLAlchemy 1.4 added the column to what such a `Query` selects. Version 2 does not: rows that differ only in
that column become one, without a word, and PostgreSQL refuses the statement.

## Example

```python
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    title = Column(String)
    user_id = Column(ForeignKey("users.id"))


def authors(session: Session) -> list[User]:
    return session.query(User).join(User.posts).distinct().order_by(Post.title).all()
```

Use instead:

```python
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    title = Column(String)
    user_id = Column(ForeignKey("users.id"))


def authors(session: Session) -> list[User]:
    rows = session.query(User, Post.title).join(User.posts).distinct().order_by(Post.title)
    return [user for user, _ in rows]
```

## References

- [SQLAlchemy: DISTINCT with ORDER BY of other columns](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#using-distinct-with-additional-columns-but-only-select-the-entity)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stackcheck import Context, Expr, Finding, Kind, Rule
from stackcheck_rules.analyses._call_facts import Argument
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.orm_classes import orm_classes
from stackcheck_rules.analyses.query_chains import QueryChain, query_chains
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._entities import entity_of, has_column

# Steps that leave alone what a query selects.
PLAIN = {"distinct", "filter", "filter_by", "group_by", "having", "join", "limit", "offset", "options", "order_by",
         "outerjoin", "select_from", "slice", "where"}  # fmt: skip
DIRECTIONS = {"asc", "desc", "nulls_first", "nulls_last", "nullsfirst", "nullslast"}

rule = Rule(
    "STK290",
    requires=(KINDS, orm_classes, query_chains),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(query_chains)
def check(chain: QueryChain, ctx: Context) -> Iterator[Finding]:
    steps = {step.name for step in chain.steps}
    distinct = any(step.name == "distinct" and not step.arguments for step in chain.steps)
    if not distinct or "order_by" not in steps or not steps <= PLAIN:
        return
    for step in chain.steps:
        for column in step.arguments if step.name == "order_by" else ():
            name = unselected(column.expr, chain.query.arguments, chain.scope, ctx)
            if name:
                said = f"`{name}` is no longer added to the distinct rows that it orders; select it as well"
                yield Finding(column.span, said)


def unselected(column: Expr, entities: Sequence[Argument], scope: str, ctx: Context) -> str:
    """The name of a column if a query surely does not select it, else empty."""
    match column:
        case ("call", ("attr", inner, str(name)), (), ()) if name in DIRECTIONS:
            return unselected(inner, entities, scope, ctx)
        case ("call", function, (inner,), ()):
            symbol = ctx.symbol(function, scope)
            known = symbol.startswith("sqlalchemy.") and symbol.rpartition(".")[2] in DIRECTIONS
            return unselected(inner, entities, scope, ctx) if known else ""
        case ("attr", owner, str(name)):
            entity = entity_of(owner, scope, ctx)
            if entity is None or not has_column(entity, name, ctx):
                return ""
            apart = all(is_apart(one.expr, column, scope, ctx) for one in entities if not one.name)
            plain = bool(entities) and not any(one.name for one in entities)
            return f"{entity.code}.{name}" if apart and plain else ""
    return ""


def is_apart(selected: Expr, column: Expr, scope: str, ctx: Context) -> bool:
    """Whether what a query selects surely does not hold a column: another class, or another column."""
    whole = entity_of(selected, scope, ctx)
    owner = entity_of(column[1], scope, ctx)
    part = entity_of(selected[1], scope, ctx) if whole is None and selected[0] == "attr" else None
    found = whole or part
    if owner is None or found is None:
        return False
    same = bool({*classes(found.cls, ctx)} & {*classes(owner.cls, ctx)})
    return not same or (part is not None and selected[2] != column[2])


def classes(cls: Kind, ctx: Context) -> Iterator[tuple[str, str]]:
    """A class and those above it that are mapped."""
    for above in ctx.ancestry(cls).classes:
        if above.file and ctx.fact(orm_classes, (above.file, above.symbol)) is not None:
            yield above.file, above.symbol
