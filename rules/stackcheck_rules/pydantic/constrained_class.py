"""Class that inherits from `ConstrainedStr` or one of its like

## Why is this bad?

Pydantic v2 has no `ConstrainedStr`, `ConstrainedInt`, `ConstrainedList` and so on: to import one raises an error. A
constrained type is written as `Annotated` with `StringConstraints` or `Field`.

## Example

```python
from pydantic import BaseModel, ConstrainedStr


class Slug(ConstrainedStr):
    min_length = 1
    regex = "^[a-z-]+$"


class Article(BaseModel):
    slug: Slug
```

Use instead:

```python
from typing import Annotated

from pydantic import BaseModel, StringConstraints

Slug = Annotated[str, StringConstraints(min_length=1, pattern="^[a-z-]+$")]


class Article(BaseModel):
    slug: Slug
```

## Fix safety

Safe where the body of the class only sets constraints and the whole project names the class as a type and nothing else:
v1 gave a plain `str` or `int` for it. No fix is offered where the class is called, inherited from, asked for with
`isinstance` or imported under another name, and where it has methods or a constraint that Pydantic v2 does not have.

Unsafe: a `regex` whose text is not known here, or beside `to_lower` and `to_upper`, which v1 did before matching and v2
does after.

## References

- [Pydantic: constrained types](https://docs.pydantic.dev/latest/migration/#constrainedtype-classes)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.constrained_uses import constrained_uses
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._constrained import CLASSES, alias_of

rule = Rule(
    "STK144",
    gate="Constrained",
    requires=(KINDS, constrained_uses),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on(cst.ClassDef)
def check(cls: cst.ClassDef, ctx: Context) -> Iterator[Finding]:
    for base in cls.bases:
        symbol = ctx.symbol(base.value)
        if symbol in CLASSES:
            message = f"`{symbol.removeprefix('pydantic.')}` is gone from Pydantic v2; use `Annotated` instead"
            yield Finding(base.value, message, alias(cls, symbol, ctx))


def alias(cls: cst.ClassDef, symbol: str, ctx: Context) -> Fix | None:
    """The class as an alias, where it is used as a type alone."""
    name = cls.name.value
    if ctx.qualname(cls) != name or ctx.fact(constrained_uses, name):
        return None
    found = alias_of(cls, symbol, ctx)
    if found is None:
        return None
    code = f"{name} = {found.code}"
    if len(code) > ctx.line_length:
        head, _, last = found.code.partition("[")
        inner, _, rest = last[:-1].partition(", ")
        unit = ctx.default_indent
        code = f"{name} = {head}[\n{unit}{inner},\n{unit}{rest},\n]"
    assigned = cst.parse_statement(code, config=ctx.parser_config).with_changes(leading_lines=cls.leading_lines)
    doc = cls.get_docstring(clean=False) and cls.body.body[0]
    lines = [assigned, doc] if isinstance(doc, cst.SimpleStatementLine) else [assigned]
    edits: dict[Any, Any] = {cls: cst.FlattenSentinel(lines)}
    return Fix(edits, "Write it as `Annotated`", found.imports, "safe" if found.exact else "unsafe")
