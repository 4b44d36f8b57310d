"""Engine that is set on a metadata, which SQLAlchemy 2 ignores

## Why is this bad?

`metadata.bind = engine` told SQLAlchemy 1 which engine to use where none was given. On SQLAlchemy 2 it sets
an attribute that nothing reads, without an error and without a warning; what relied on it fails elsewhere,
or runs on another database.

## Example

```python
from sqlalchemy import MetaData, create_engine

engine = create_engine("sqlite://")
metadata = MetaData()
metadata.bind = engine
metadata.reflect()
```

Use instead:

```python
from sqlalchemy import MetaData, create_engine

engine = create_engine("sqlite://")
metadata = MetaData()
metadata.reflect(engine)
```

## References

- [SQLAlchemy: "implicit" and "connectionless" execution, "bound metadata" removed](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#implicit-and-connectionless-execution-bound-metadata-removed)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.core_attributes import CoreAttribute, core_attributes
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches

rule = Rule(
    "STK283",
    requires=(KINDS, core_attributes),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
    severity="error",
)


@rule.on_fact(core_attributes)
def check(use: CoreAttribute, ctx: Context) -> Iterator[Finding]:
    if use.name == "bind" and use.stored:
        receiver = ctx.kind(use.receiver, use.scope)
        if receiver.word == "metadata" and receiver.certain:
            message = "`bind` of a metadata does nothing in SQLAlchemy 2.0; pass the engine where it is used"
            yield Finding(use.whole, message)
