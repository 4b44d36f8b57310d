"""Decorator `declarative_mixin`

## Why is this bad?

The decorator does nothing at run time. It marked mixins for SQLAlchemy's Mypy plugin, which is gone from
SQLAlchemy 2.1, and is deprecated there itself: each use warns.

## Example

```python
from sqlalchemy.orm import Mapped, declarative_mixin, mapped_column


@declarative_mixin
class Numbered:
    id: Mapped[int] = mapped_column(primary_key=True)
```

Use instead:

```python
from sqlalchemy.orm import Mapped, mapped_column


class Numbered:
    id: Mapped[int] = mapped_column(primary_key=True)
```

## Fix safety

Safe: the decorator returns the class as it is. It stays where a comment stands beside it.

## References

- [SQLAlchemy: `declarative_mixin()`](https://docs.sqlalchemy.org/en/21/orm/mapping_api.html#sqlalchemy.orm.declarative_mixin)
- [SQLAlchemy: composing mapped hierarchies with mixins](https://docs.sqlalchemy.org/en/20/orm/declarative_mixins.html)
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.eras import SQLALCHEMY_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches

rule = Rule(
    "STK207",
    gate="declarative_mixin",
    requires=(KINDS,),
    versions={"sqlalchemy": "2.0"},
    without=SQLALCHEMY_2,
    outside=(sqlalchemy_branches,),
    severity="warning",
)


@rule.on(cst.ClassDef)
def check(node: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
    for decorator in node.decorators:
        if ctx.symbol(decorator.decorator) == "sqlalchemy.orm.declarative_mixin":
            left = [one for one in node.decorators if one is not decorator]
            plain = node.with_changes(decorators=left)
            fix = None if decorator.trailing_whitespace.comment else Fix({node: plain}, "Remove the decorator")
            yield Finding(decorator, f"`declarative_mixin` does nothing for `{node.name.value}`; remove it", fix)
