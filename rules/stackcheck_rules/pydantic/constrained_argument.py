"""Argument of `constr()` and its like that Pydantic v2 does not have

## Why is this bad?

The functions that make constrained types lost and renamed arguments with Pydantic v2: `regex` became
`pattern`, `min_items` and `max_items` became `min_length` and `max_length`, `curtail_length` and
`unique_items` went. The call raises a `TypeError` when the module is imported.

## Example

```python
from pydantic import BaseModel, conlist, constr


class Article(BaseModel):
    slug: constr(regex="[a-z-]+")
    tags: conlist(constr(regex="^#"), min_items=1)
```

Use instead:

```python
from pydantic import BaseModel, conlist, constr


class Article(BaseModel):
    slug: constr(pattern="^[a-z-]+")
    tags: conlist(constr(pattern="^#"), min_length=1)
```

## Fix safety

Safe where the new argument means what v1 documented for the old one, which fails in v2. `regex`
was matched at the start of the text while `pattern` is searched for in all of it, hence the `^`. A pattern that
Rust's engine does not take is compiled, which leaves it to Python. `curtail_length` becomes an
`AfterValidator` that cuts the text.

Unsafe: a `regex` whose text is not known here, and one beside `to_lower` or `to_upper`: v1 changed the
case before matching, v2 does it after.

No fix is offered for `unique_items=True` and for what `conbytes()` has lost.

## References

- [Pydantic: constrained types](https://docs.pydantic.dev/latest/migration/#constrainedtype-classes)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, TextEdit
from stackcheck_rules.analyses._field_arguments import CONSTRAINED
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.field_calls import Argument, FieldCall, field_calls
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.model_configs import model_configs
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._annotations import typing_name
from stackcheck_rules.pydantic._arguments import extent, remove, value_code
from stackcheck_rules.pydantic._field_fixes import FALSE, NOTHING, Mend, named, pattern, renamed, without

SAYS = {
    "curtail_length": "cut the text in an `AfterValidator` instead",
    "max_items": "use `max_length` instead",
    "min_items": "use `min_length` instead",
    "regex": "use `pattern` instead",
    "strip_whitespace": "change the bytes in a validator instead",
    "to_lower": "change the bytes in a validator instead",
    "to_upper": "change the bytes in a validator instead",
    "unique_items": "declare a set, or check it in a validator",
}

rule = Rule(
    "STK132",
    gate=tuple(CONSTRAINED),
    requires=(KINDS, field_calls, model_configs),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(field_calls)
def check(call: FieldCall, ctx: Context) -> Iterator[Finding]:
    known = CONSTRAINED.get(call.name)
    if known is None or ctx.symbol(call.function, call.scope) != f"pydantic.{call.name}":
        return
    fixable = all(argument.name not in {"*", "**"} for argument in call.arguments)
    for argument in call.arguments:
        if argument.name in SAYS and argument.name not in known and not is_silent(argument):
            message = f"`{argument.name}` was removed from `{call.name}`; {SAYS[argument.name]}"
            yield Finding(argument.span, message, mended(argument, call, ctx) if fixable else None)


def is_silent(argument: Argument) -> bool:
    return argument.name == "unique_items" and argument.value == NOTHING


def mended(argument: Argument, call: FieldCall, ctx: Context) -> Fix | None:
    if argument.value == NOTHING or (argument.value == FALSE and argument.name != "curtail_length"):
        return without(argument, call, ctx)
    mend = MEND.get(argument.name)
    return mend(argument, call, ctx) if mend else None


def curtailed(argument: Argument, call: FieldCall, ctx: Context) -> Fix | None:
    """`Annotated[constr(…), AfterValidator(…)]`: v1 cut the text after it had checked the length."""
    annotated, validator = typing_name("Annotated", ctx), ctx.name("pydantic.AfterValidator")
    removal = remove(argument, call, ctx)
    if annotated is None or validator is None or removal is None or named(call, "regex"):
        return None
    start, end = extent(call.span, ctx)
    cut = f", {validator.code}(lambda text: text[:{value_code(argument, ctx)}])]"
    edits = (TextEdit(start, start, f"{annotated.code}["), removal, TextEdit(end, end, cut))
    return Fix(edits, "Cut the text in an `AfterValidator`", (*annotated.requests, *validator.requests))


MEND: dict[str, Mend] = {
    "curtail_length": curtailed,
    "max_items": renamed("max_length"),
    "min_items": renamed("min_length"),
    "regex": pattern,
}
