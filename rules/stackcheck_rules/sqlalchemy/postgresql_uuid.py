"""PostgreSQL's `UUID` without `as_uuid`

## Why is this bad?

The values of `postgresql.UUID()` are strings in SQLAlchemy 1.4 and `uuid.UUID` objects in 2.0. Nothing fails at
first: `row.id == "7d1c…"` is False from then on, and what was JSON no longer is.

It is reported in projects that still allow 1.4, and with `--target sqlalchemy=2`; a project that has
SQLAlchemy 2 only has made the change. Migrations are left alone: the column is the same.

## Example

```python
# file: pyproject.toml
[project]
name = "shop"
version = "1"
dependencies = ["sqlalchemy>=1.4"]

# file: shop/models.py
from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(UUID, primary_key=True)
```

Use instead:

```python
# file: pyproject.toml
[project]
name = "shop"
version = "1"
dependencies = ["sqlalchemy>=1.4"]

# file: shop/models.py
from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(UUID(as_uuid=False), primary_key=True)
```

## Fix safety

`as_uuid=False` keeps the strings. It is unsafe because a program that runs on SQLAlchemy 2.0 already may rely on
the objects, and then wants `as_uuid=True`.

## References

- [SQLAlchemy 2.0: new `Uuid` datatype](https://docs.sqlalchemy.org/en/20/changelog/whatsnew_20.html#change-7212)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.analyses.uuid_types import OF_POSTGRESQL, UuidType, uuid_types
from stackcheck_rules.sqlalchemy._call_edits import source

TYPES = {f"{OF_POSTGRESQL}.UUID", f"{OF_POSTGRESQL}.base.UUID"}

rule = Rule(
    "STK294",
    requires=(KINDS, uuid_types),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(uuid_types)
def check(use: UuidType, ctx: Context) -> Iterator[Finding]:
    if ctx.symbol(use.expr, use.scope) not in TYPES:
        return
    if ctx.allows("sqlalchemy", "2.0") and not ctx.migrating("sqlalchemy"):
        return
    written = source(use.span, ctx)
    new = f"{written.rstrip(') ').rstrip('( ')}(as_uuid=False)"
    fix = Fix(ctx.edits([(use.span, new)]), "Keep the strings with `as_uuid=False`", (), "unsafe")
    said = (
        "the values of PostgreSQL's `UUID` are strings in SQLAlchemy 1.4 and `uuid.UUID` objects in 2.0; say `as_uuid=`"
    )
    yield Finding(use.span, said, fix if written.isprintable() else None)
