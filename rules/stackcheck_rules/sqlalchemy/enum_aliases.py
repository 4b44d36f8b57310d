"""Column of an enumeration with aliases, which SQLAlchemy 2 leaves out

## Why is this bad?

Where two members of an enumeration have one value, the second is an alias of the first. `Enum(Color)` of
SQLAlchemy 1 made a label of the database of both names, that of SQLAlchemy 2 of the first only: the type in
the database differs, and a row that holds the other name raises `LookupError` when it is read.

Say which it is to be: `omit_aliases=False` keeps what SQLAlchemy 1 did, `omit_aliases=True` what 2 does.

## Example

```python
import enum

from sqlalchemy import Column, Enum, MetaData, Table


class Color(enum.Enum):
    RED = 1
    CRIMSON = 1
    BLUE = 2


cars = Table("cars", MetaData(), Column("color", Enum(Color)))
```

Use instead:

```python
import enum

from sqlalchemy import Column, Enum, MetaData, Table


class Color(enum.Enum):
    RED = 1
    CRIMSON = 1
    BLUE = 2


cars = Table("cars", MetaData(), Column("color", Enum(Color, omit_aliases=True)))
```

## References

- [SQLAlchemy: `Enum.omit_aliases`](https://docs.sqlalchemy.org/en/20/core/type_basics.html#sqlalchemy.types.Enum.params.omit_aliases)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Kind, Rule
from stackcheck_rules.analyses.core_calls import CoreCall, core_calls
from stackcheck_rules.analyses.enum_aliases import enum_aliases
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._core_values import symbol_of

TYPES = {"sqlalchemy.Enum", "sqlalchemy.dialects.postgresql.ENUM"}
PARENTS = {"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"}

rule = Rule(
    "STK291",
    requires=(KINDS, core_calls, enum_aliases),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_calls)
def check(call: CoreCall, ctx: Context) -> Iterator[Finding]:
    if call.name not in {"Enum", "ENUM"} or symbol_of(call, ctx) not in TYPES or not call.call.whole_known:
        return
    positional = [given for given in call.given if not given.name]
    if len(positional) == 1 and call.at(-1, "omit_aliases") is None:
        cls = ctx.kind(positional[0].value, call.call.scope)
        aliases = ctx.fact(enum_aliases, (cls.file, cls.symbol)) if cls.word == "class" and is_enum(cls, ctx) else None
        if aliases:
            names = ", ".join(f"`{name}`" for name in aliases)
            message = f"the aliases {names} are not in the type in SQLAlchemy 2.0; say so with `omit_aliases`"
            yield Finding(call.call.at, message)


def is_enum(cls: Kind, ctx: Context) -> bool:
    """Whether a class of the project, or one above it, extends an enumeration of the standard library."""
    scopes = [(above.file, ctx.scope(above)) for above in ctx.ancestry(cls).classes]
    return any(
        ctx.symbol(base, scope.parent, file) in PARENTS for file, scope in scopes if scope for base in scope.bases
    )
