"""Name that Pydantic 2 keeps elsewhere

## Why is this bad?

`BaseSettings` is in `pydantic_settings` now, colours and payment cards in `pydantic_extra_types`,
`ValidationError` at the top of `pydantic`; `PyObject` is called `ImportString`, `Required` is `...`.
Pydantic 2 refuses most of the old names when they are imported, and lends the others with a warning
until version 3. One is a trap: `pydantic.utils.to_camel` is `pydantic.alias_generators.to_pascal`,
and the new `to_camel` is the old `to_lower_camel`.

Imports are followed in every form: under another name, inside functions, `import pydantic.utils`,
`from pydantic import *`. What comes from `pydantic.v1` is meant so, and left alone.

## Example

```python
from pydantic import BaseSettings
from pydantic.error_wrappers import ValidationError


class Settings(BaseSettings):
    port: int = 8000


def settings() -> Settings | None:
    try:
        return Settings()
    except ValidationError:
        return None
```

Use instead:

```python
from pydantic import ValidationError
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    port: int = 8000


def settings() -> Settings | None:
    try:
        return Settings()
    except ValidationError:
        return None
```

## Fix safety

Safe where the new name is the same thing, or does what the old one was documented to do. The project
must depend on the package that the name has moved to: the message says so if it does not, and for
colours and payment cards, which Pydantic 2 still has, the fix is unsafe then.

Unsafe are names whose successor differs: `parse_datetime` and its like (`TypeAdapter` words its errors
otherwise, and takes other durations), `model_schema` and `schema` (`$defs` instead of `definitions`),
`stricturl` (`UrlConstraints` cannot ask for a top-level domain), `get_args` and `get_origin` (of
bare generics), `is_classvar` (of forward references), the settings sources (other arguments),
`ModelMetaclass` (private), `compiled`.

No fix is offered where a use cannot follow: a name in `__all__`, in a string, or bound twice.

## References

- [Pydantic: `BaseSettings` has moved](https://docs.pydantic.dev/latest/migration/#basesettings-has-moved-to-pydantic-settings)
- [Pydantic: moved in version 2](https://docs.pydantic.dev/latest/migration/#moved-in-pydantic-v2)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._taken_names import OldImport, OldRead
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._moved_names import CALLED, MOVED, REPLACED
from stackcheck_rules.pydantic._moved_reads import fix_of_read, fix_of_star
from stackcheck_rules.pydantic._moves import fixes_of, is_moved, package_lacking
from stackcheck_rules.pydantic._old_imports import OldStar, home_of, old_imports

rule = Rule(
    "STK141",
    requires=(KINDS, old_imports),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(old_imports)
def check(fact: object, ctx: Context) -> Iterator[Finding]:
    match fact:
        case OldImport(module=module, names=names):
            moved = [(index, old) for index, old in enumerate(names) if is_moved(old.symbol, ctx)]
            fixes = fixes_of(fact, ctx) if moved else {}
            for index, old in moved:
                yield Finding(old.span, message(f"{module}.{old.name}", old.symbol, ctx), fixes.get(index))
        case OldRead(owner=owner, name=name, scope=scope, span=span):
            module = ctx.symbol(owner, scope)
            symbol = home_of(module, name)
            if is_moved(symbol, ctx):
                yield Finding(span, message(f"{module}.{name}", symbol, ctx), fix_of_read(fact, module, symbol, ctx))
        case OldStar(module=module, names=names, span=span):
            for name in names:
                symbol = home_of(module, name)
                if is_moved(symbol, ctx):
                    fix = fix_of_star(fact, name, symbol, ctx)
                    yield Finding(span, message(f"{module}.{name}", symbol, ctx), fix)


def message(written: str, symbol: str, ctx: Context) -> str:
    if symbol in CALLED:
        return f"`{written}` is gone from Pydantic 2; use `{CALLED[symbol]}`"
    if symbol in REPLACED:
        code = REPLACED[symbol].replace("{", "").replace("}", "")
        return f"`{written}` is gone from Pydantic 2; write `{code}`"
    package = package_lacking(symbol, ctx)
    lacking = f", and the project does not depend on `{package}`" if package else ""
    return f"`{written}` is `{MOVED.get(symbol, symbol)}` in Pydantic 2{lacking}"
