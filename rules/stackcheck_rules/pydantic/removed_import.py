"""Name that Pydantic 2 has no more

## Why is this bad?

Some 430 names of Pydantic 1 have no successor of the same meaning: the error classes and `ErrorWrapper`,
`ModelField` and the shapes, the functions of `pydantic.validators`, `pydantic.schema` and
`pydantic.typing`, `validate_model`. Importing one raises `ImportError`, for half of them without any hint.
A few helpers of `pydantic.utils` are still lent from the Pydantic 1 inside Pydantic 2, with a warning.

The message names what to use, where there is something.

## Example

```python
from pydantic.errors import PydanticValueError


class NotEven(PydanticValueError):
    code = "not_even"
    msg_template = "{number} is odd"


def even(number: int) -> int:
    if number % 2:
        raise NotEven(number=number)
    return number
```

Use instead:

```python
from pydantic_core import PydanticCustomError


def even(number: int) -> int:
    if number % 2:
        raise PydanticCustomError("not_even", "{number} is odd", {"number": number})
    return number
```

## References

- [Pydantic: removed in version 2](https://docs.pydantic.dev/latest/migration/#removed-in-pydantic-v2)
- [Pydantic: custom errors](https://docs.pydantic.dev/latest/errors/errors/#custom-errors)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule, Span
from stackcheck_rules.analyses._taken_names import OldImport, OldRead
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._old_imports import OldModule, OldStar, home_of, is_gone, old_imports
from stackcheck_rules.pydantic._removed_names import CONSTRAINED, INSTEAD, LENT

rule = Rule(
    "STK142",
    requires=(KINDS, old_imports),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(old_imports)
def check(fact: object, ctx: Context) -> Iterator[Finding]:
    for module, name, span in taken(fact, ctx):
        symbol = home_of(module, name)
        if is_gone(symbol) and not (symbol in CONSTRAINED and is_extended(symbol, ctx)):
            instead = f"; use {INSTEAD[name]}" if name in INSTEAD else ""
            gone = "only lent from Pydantic 1" if symbol in LENT else "gone from Pydantic 2"
            yield Finding(span, f"`{module}.{name}` is {gone}{instead}")
    if isinstance(fact, OldModule):
        yield Finding(fact.span, f"`{fact.module}` is gone from Pydantic 2")


def taken(fact: object, ctx: Context) -> Iterator[tuple[str, str, Span]]:
    """(module, name, place) of each old name that a fact is about."""
    match fact:
        case OldImport(module=module, names=names):
            yield from ((module, old.name, old.span) for old in names)
        case OldRead(owner=owner, name=name, scope=scope, span=span):
            yield ctx.symbol(owner, scope), name, span
        case OldStar(module=module, names=names, span=span):
            yield from ((module, name, span) for name in names)


def is_extended(symbol: str, ctx: Context) -> bool:
    """Whether a class of the file extends it: then that class is what has to change."""
    name = symbol.rpartition(".")[2]
    bases = (base for scope in ctx.outline.classes() for base in scope.bases)
    return any(ctx.symbol(base).rpartition(".")[2] == name for base in bases)
